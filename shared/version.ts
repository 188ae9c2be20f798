/** The version of Lathe, as package.json says it (a test holds the two together). */
export const latheVersion = '0.1.0'
