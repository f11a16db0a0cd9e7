"""Accounts, and the people and organisations that apply."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from core.enums import ApplicantKind, IdType
from core.fields import EncryptedTextField


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, *, name: str, password: str | None = None) -> "User":
        user = self.model(username=username, name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account that can sign in: of a citizen, of a company, or of staff. What it may do, its posts say."""

    username = models.CharField("用户名", max_length=64, unique=True)
    name = models.CharField("姓名", max_length=100)
    is_active = models.BooleanField("有效", default=True)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class Applicant(models.Model):
    """A person or organisation in whose name matters are applied for (申请人), with or without an account."""

    kind = models.CharField("类型", max_length=8, choices=ApplicantKind, default=ApplicantKind.NATURAL)
    name = models.CharField("姓名或名称", max_length=200)
    id_type = models.CharField("证件类型", max_length=8, choices=IdType, default=IdType.RESIDENT)
    id_number = EncryptedTextField("证件号码")
    id_index = models.CharField(max_length=64, editable=False)
    phone = EncryptedTextField("手机号码")
    phone_index = models.CharField(max_length=64, db_index=True, editable=False)
    address = EncryptedTextField("联系地址", blank=True)
    contact_name = models.CharField("联系人", max_length=100, blank=True)
    user = models.OneToOneField(
        User, verbose_name="账号", null=True, blank=True, on_delete=models.PROTECT, related_name="applicant"
    )
    created_at = models.DateTimeField("登记时间")
    created_by = models.ForeignKey(
        User, verbose_name="登记人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "申请人"
        constraints = [
            models.UniqueConstraint(fields=["id_type", "id_index"], name="applicant_identity_once"),
        ]
        indexes = [
            models.Index(fields=["name"], name="applicant_name_begins", opclasses=["varchar_pattern_ops"])
        ]

    def __str__(self) -> str:
        return self.name
