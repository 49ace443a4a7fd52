"""What an OpenAI-compatible server is asked for: the body of ``/v1/chat/completions``."""

from typing import Any

from core.engines.messages import encode_messages
from core.engines.protocol import GenerationRequest

OPTIONAL_FIELDS: dict[str, Any] = {"stream_options": {"include_usage": True}, "return_progress": True}
"""Fields that a strict server may refuse. ``return_progress`` has llama.cpp report how much of the prompt it has read;
only then does it notice during the prompt that the client has gone."""
CONTINUATION_FIELDS: dict[str, Any] = {
    "add_generation_prompt": False,
    "continue_final_message": True,
    "chat_template_kwargs": {"enable_thinking": False},
}
"""Have vLLM continue a last ``assistant`` message. llama.cpp does so by itself, unless the model is to think."""


def request_body(request: GenerationRequest) -> dict[str, Any]:
    """The fields that every such server knows."""
    sampling = request.sampling
    body = {
        "model": request.model,
        "messages": encode_messages(request.messages),
        "stream": True,
        "temperature": sampling.temperature,
        "seed": sampling.seed,
        "max_tokens": sampling.max_tokens,
    }
    return {name: value for name, value in body.items() if value is not None}
