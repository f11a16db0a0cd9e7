"""Words of the core room."""

from django.db import models


class ApplicantKind(models.TextChoices):
    NATURAL = "natural", "个人"
    LEGAL = "legal", "企业和其他组织"


class IdType(models.TextChoices):
    """Identity document types; codes of GA/T 2000.156, USCC for organisations (GB 32100-2015)."""

    RESIDENT = "111", "居民身份证"
    PASSPORT = "414", "普通护照"
    HK_MACAO_PERMIT = "516", "港澳居民来往内地通行证"
    TAIWAN_PERMIT = "511", "台湾居民来往大陆通行证"
    USCC = "USCC", "统一社会信用代码"


class DocumentKind(models.TextChoices):
    """Official documents (文书), each numbered, dated, sealed and verifiable."""

    RECEIPT = "receipt", "收件凭证"
    ACCEPTANCE = "acceptance", "受理通知书"
    REFUSAL = "refusal", "不予受理通知书"
    CORRECTION = "correction", "补正材料一次性告知书"
    CERTIFICATE = "certificate", "证照"
    APPROVAL = "approval", "准予决定书"
    RECORD = "record", "办理结果通知书"
    DENIAL = "denial", "不予行政许可决定书"
    NOT_PROCEEDED = "not_proceeded", "不再办理告知书"
    SPECIAL_PROCEDURE = "special", "特别程序告知书"
    EXTENSION = "extension", "延期办理告知书"
    SIMULATED = "simulated", "模拟审批意见书"
    REVOCATION = "revocation", "撤销行政许可决定书"
    MENDING = "mending", "责令限期整改通知书"


class CodePurpose(models.TextChoices):
    """What a one-time code sent to a phone is good for."""

    REGISTER = "register", "注册"
    RESET = "reset", "找回密码"
