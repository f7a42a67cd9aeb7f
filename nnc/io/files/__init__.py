"""Files of nnc: networks, sheets of questions, answers, and their schemas."""
