export function undiciErrors(): string;
