/** @returns the text as a sentence: it starts with a capital letter and ends with a period */
export function sentence(text: string): string {
  const capital = text.replace(/^./, (first) => first.toUpperCase());
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
