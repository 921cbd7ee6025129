"""A plain function: text in, numbers out."""


def handler(input):
    words = input.get("text", "").split()
    return {"words": len(words), "different": len({word.lower() for word in words})}
