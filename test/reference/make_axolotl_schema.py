"""The JSON schema of Axolotl's configuration, from its pydantic models; what `axolotl config-schema` prints where JSON can say it.

    python test/reference/make_axolotl_schema.py > test/fixtures/scaleout/axolotl-schema.json      # with axolotl 0.19.0 installed

Axolotl is Apache-2.0, (c) Axolotl AI and contributors. `axolotl config-schema` itself falls back to a list of names in this
version, since a default is a torch.dtype; such parts are left open here. Titles and sentences are left out.
"""
import json
from importlib.metadata import version

from axolotl.utils.schemas.config import AxolotlInputConfig
from pydantic.json_schema import GenerateJsonSchema


class Generate(GenerateJsonSchema):
    def handle_invalid_for_json_schema(self, schema, error_info):
        return {}

    def enum_schema(self, schema):
        try:
            return super().enum_schema(schema)
        except ValueError:  # members that are dtypes
            return {}

    def encode_default(self, value):
        try:
            return super().encode_default(value)
        except Exception:
            return str(value)


def bare(node, in_properties=False):
    if isinstance(node, dict):
        return {key: bare(value, key == "properties") for key, value in node.items() if in_properties or key not in ("title", "description", "default", "deprecated", "examples")}
    return [bare(value) for value in node] if isinstance(node, list) else node


schema = AxolotlInputConfig.model_json_schema(schema_generator=Generate)
# `type` of a data set may be null: the rows are tokens already.
print(json.dumps({"$comment": f"Axolotl {version('axolotl')}, Apache-2.0, https://github.com/axolotl-ai-cloud/axolotl", **bare(schema)}, separators=(",", ":")))
