"""Values as people write them: numbers, arrays, choices, labels, answers."""
