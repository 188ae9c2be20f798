export const texts = {
  title: 'Passphrase for the secrets of this workspace',
  about:
    "Registry logins lie encrypted in the workspace. Their passphrase is kept in this system's keychain, so that the engine can open them at every start. The engine starts anew for it.",
  label: 'Passphrase',
  keep: 'Keep it',
  cancel: 'Cancel',
  kept: 'The passphrase is kept, and the secrets are open.',
}
