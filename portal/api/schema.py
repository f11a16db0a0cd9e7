"""What the schema says beyond what serializers and filters say: names, groups, and the errors of every operation."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

PREFIX = "/api/v1/"
CATALOGUE, APPLYING, WORK, OUTLET, PUBLIC, ACCOUNT = (
    "办事指南",
    "申报",
    "部门办理",
    "统一出件",
    "公众查询",
    "令牌与消息",
)
GROUPS = {
    "matters": CATALOGUE,
    "bundles": CATALOGUE,
    "departments": CATALOGUE,
    "service-points": CATALOGUE,
    "applications": APPLYING,
    "materials": APPLYING,
    "attachments": APPLYING,
    "documents": APPLYING,
    "tasks": WORK,
    "consultations": WORK,
    "bulk-acts": WORK,
    "decisions": WORK,
    "cards": WORK,
    "figures": WORK,
    "system-results": WORK,
    "system-reconciliation": WORK,
    "record-photos": WORK,
    "publications": PUBLIC,
    "calendar": PUBLIC,
    "deliveries": OUTLET,
    "handovers": OUTLET,
    "shipments": OUTLET,
    "progress": PUBLIC,
    "verify": PUBLIC,
    "token": ACCOUNT,
    "messages": ACCOUNT,
}
# What is suspended, stopped or not published is there, but not to be had.
HALTED = {
    f"{PREFIX}{path}/"
    for path in (
        "matters/{code}",
        *(f"bundles/{{code}}/{part}" for part in ("situations", "checklist", "trips")),
    )
}
# What these resources answer carries an ETag.
TAGGED = tuple(resource for resource, group in GROUPS.items() if group == CATALOGUE)
UNCHANGED = {"description": "与 If-None-Match 所示的那次相同，没有内容"}
IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "description": "上次回答的 ETag；没有变化时只答 304。",
}
THROTTLED = ("progress", "verify", "token")
MEANINGS = {
    "400": "请求内容无法读取",
    "401": "未登录，令牌或密码不正确",
    "403": "没有相应岗位，或缺少 CSRF 令牌",
    "404": "没有这条记录，或不属于您",
    "409": "现在的状态不允许这样做，常因别人先办了",
    "411": "没有说明内容长度",
    "413": "请求内容过大",
    "415": "不支持这种请求格式",
    "422": "填写的内容有误，errors 逐项指出字段",
    "429": "请求过于频繁",
    "500": "系统出错，操作没有完成，request_id 供查日志",
    "503": "系统暂时连不上数据库，按 Retry-After 稍后再发",
}
TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "description": "错误说明（RFC 9457）：code 供程序判断，title 是给人看的一句话，errors 逐项指出字段。",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": TEXT,
        "status": {"type": "integer"},
        "code": TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": TEXT, "code": TEXT, "message": TEXT},
                "required": ["field", "code", "message"],
            },
        },
        "request_id": {**TEXT, "description": "只在 500 和 503 时有"},
    },
    "required": ["type", "title", "status", "code", "errors"],
    "example": {
        "type": "/api/problems/#material_missing",
        "title": "还缺 1 份材料：经营场所使用证明。请补齐后再提交。",
        "status": 422,
        "code": "material_missing",
        "errors": [
            {
                "field": "materials",
                "code": "material_missing",
                "message": "还缺 1 份材料：经营场所使用证明。请补齐后再提交。",
            }
        ],
    },
}


class SessionScheme(OpenApiAuthenticationExtension):
    """Describes the session of the pages as a way to sign in."""

    target_class = "portal.api.authentication.Session"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "网页登录的会话；写操作还须在请求头 X-CSRFToken 中附上 CSRF 令牌。",
        }


class SignatureScheme(OpenApiAuthenticationExtension):
    """Describes how a department's system signs what it asks."""

    target_class = "systems.api.authentication.Signed"
    name = "system_signature"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "System-Signature",
            "description": "部门系统用自己的密钥签名：同时附上 System-Key 和 System-Timestamp，"
            "见 docs/how-to/department-systems.md。",
        }


class Schema(AutoSchema):
    """Names an operation by its resource and what is done: `applications_submit`, `tasks_put_back`."""

    def get_operation_id(self) -> str:
        action = getattr(self.view, "action", None)
        if action is None:
            return super().get_operation_id()
        return f"{self._tokenize_path()[0]}_{action}".replace("-", "_")

    def get_description(self) -> str:
        return ""  # docstrings are for colleagues, the summaries for who calls

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        parameters = super()._resolve_path_parameters(variables)
        for parameter in parameters:
            if parameter["name"] == "id":
                parameter["schema"] = {"type": "integer", "format": "int64", "minimum": 1}
        return parameters

    def get_tags(self) -> list[str]:
        return [GROUPS[self._tokenize_path()[0]]]


def with_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Add the problem document to the components, and to every operation the errors it can answer with."""
    components = result["components"]
    for schema in components["schemas"].values():
        if schema.get("type") == "object":
            schema.pop("description", None)  # as above
    components["schemas"]["Problem"] = PROBLEM
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    components["responses"] = {
        f"Problem{status}": {"description": meaning, "content": problem}
        for status, meaning in MEANINGS.items()
    }
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            if _resource(path) in TAGGED:
                operation["parameters"] = [*operation.get("parameters", []), IF_NONE_MATCH]
                operation["responses"]["304"] = UNCHANGED
            for status in _errors_of(path, method, operation):
                answer = {"$ref": f"#/components/responses/Problem{status}"}
                operation["responses"].setdefault(status, answer)
    return result


def _resource(path: str) -> str:
    return path.removeprefix(PREFIX).split("/")[0]


def _errors_of(path: str, method: str, operation: dict[str, Any]) -> list[str]:
    resource = _resource(path)
    public = {} in operation.get("security", [])
    writes = method != "get"
    errors = ["500", "503"]
    if "requestBody" in operation:
        errors += ["400", "413", "415"]
    if writes or not public:
        errors += ["401", "403"]
    if "{" in path or resource in ("progress", "handovers", "system-results"):
        errors.append("404")
    if writes or path in HALTED:
        errors.append("409")
    if writes or any(each["in"] == "query" for each in operation.get("parameters", [])):
        errors.append("422")
    if resource in THROTTLED:
        errors.append("429")
    if resource == "system-results":
        errors.append("411")
    return sorted(errors)
