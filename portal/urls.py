"""Every address of the portal, room by room."""

from django.urls import include, path

from portal.views import accounts, calendar, health, home, inbox, operations, staff, styleguide

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz/", health.healthz, name="healthz"),
    path("metrics/", operations.read_metrics, name="metrics"),
    path("elder/", home.elder, name="elder"),
    path("about/accessibility/", home.accessibility, name="accessibility"),
    path("about/demo/", home.about_demo, name="about-demo"),
    path("accounts/sign-in/", accounts.sign_in, name="sign-in"),
    path("accounts/sign-out/", accounts.sign_out, name="sign-out"),
    path("accounts/register/", accounts.register, name="register"),
    path("accounts/code/", accounts.request_code, name="request-code"),
    path("accounts/reset-password/", accounts.reset_password, name="reset-password"),
    path("accounts/password/", accounts.change_password, name="change-password"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/", inbox.message, name="message"),
    path("desk/", staff.desk, name="desk"),
    path("desk/posts/", staff.posts, name="posts"),
    path("desk/posts/give/", staff.give_post, name="post-give"),
    path("desk/posts/<int:pk>/end/", staff.end_post, name="post-end"),
    path("desk/posts/new-account/", staff.new_account, name="staff-account-new"),
    path("desk/calendar/", calendar.show, name="calendar"),
    path("desk/calendar/import/", calendar.load, name="calendar-load"),
    path("desk/operations/", operations.show, name="operations"),
    path("desk/operations/<slug:kind>/", operations.trouble, name="operations-trouble"),
    path("desk/operations/<slug:kind>/rerun/", operations.rerun_all, name="operations-rerun-all"),
    path("desk/operations/<slug:kind>/<int:pk>/rerun/", operations.rerun, name="operations-rerun"),
    path("", include("matters.urls")),
    path("", include("applications.urls")),
    path("", include("delivery.urls")),
    path("supervision/", include("supervision.urls")),
    path("desk/systems/", include("systems.urls")),
    path("api/", include("portal.api.urls")),
    # 404 outside DEBUG and DEMO
    path("demo/sms/", home.sms_outbox, name="sms-outbox"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/desk/", styleguide.desk, name="styleguide-desk"),
    path("styleguide/paper/", styleguide.paper, name="styleguide-paper"),
]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.broken"
