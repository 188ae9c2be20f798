/** What of an onnxruntime message says nothing of the model: where it was thrown, and where the file lay for a moment. */
const places = [
  /^Load model from .*? failed:\s*/,
  /^Exception during initialization:\s*/,
  /^\S*onnxruntime_src\S*\s.*?\bwas false\.\s*/,
  /^\S*onnxruntime_src\S*:\d+ .*?\([^)]*\)(?: const)?\s+(?=\S)/,
  /^\[ONNXRuntimeError\] : \d+ : \w+ :\s*/,
]
const longest = 500

/** The sentence of an onnxruntime message that a person can use: its beginning is a place in onnxruntime's source. */
export function readable(message: string): string {
  const lines = message.split('\n').map(line => line.trim())
  return places.reduce((said, place) => said.replace(place, ''), lines.filter(Boolean).join(' ')).slice(0, longest)
}
