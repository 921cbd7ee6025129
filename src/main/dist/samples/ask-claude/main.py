"""Asks Claude through the Claude Agent SDK, and says so plainly where the SDK is not installed."""

try:
    from claude_agent_sdk import AssistantMessage, TextBlock, query
except ImportError:
    query = None


async def handler(input):
    if query is None:
        yield {
            "available": False,
            "message": "claude-agent-sdk is not installed; name it in requirements.txt",
        }
        return
    answer = []
    async for message in query(prompt=input["prompt"]):
        if isinstance(message, AssistantMessage):
            for block in message.content:
                if isinstance(block, TextBlock):
                    answer.append(block.text)
                    yield {"text": block.text}
    yield {"available": True, "answer": "".join(answer)}
