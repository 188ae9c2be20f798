import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'

const driver = process.env.VK_ICD_FILENAMES ?? '/usr/lib/chromium/vk_swiftshader_icd.json'
const loaders = ['/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/aarch64-linux-gnu/libvulkan.so.1']

/**
 * The environment in which WebGPU runs where there is no graphics adapter: Chromium's software Vulkan, found through the system's loader
 * (Debian: `chromium` and `libvulkan1`), which has no float16, or another that the environment names: Mesa's, from 25 on, has it (Debian's backports:
 * `mesa-vulkan-drivers`). Null where one of them is not installed.
 */
export const softwareAdapter =
  existsSync(driver) && loaders.some(path => existsSync(path))
    ? { VK_ICD_FILENAMES: driver, XDG_RUNTIME_DIR: tmpdir() }
    : null
