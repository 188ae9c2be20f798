/** 3,000 rows of a text and two numbers, where what is so elsewhere is chance in one town above a number. */
export function withWeakSlice(): string {
  let state = 1
  const random = () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
  const lines = Array.from({ length: 3000 }, () => {
    const town = ['Graz', 'Linz', 'Wien'][Math.floor(random() * 3)]
    const [age, income] = [Math.floor(18 + random() * 60), Math.floor(random() * 1000)]
    const isChance = town === 'Linz' && age >= 48
    return [town, age, income, (isChance ? random() > 0.5 : income > 500) ? 'yes' : 'no'].join()
  })
  return ['town,age,income,bought', ...lines].join('\n')
}
