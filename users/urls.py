"""Addresses below /admin/ that stand before Wagtail's own."""

from __future__ import annotations

from django.urls import path

from users import accounts, choosers, views

urlpatterns = [
    path("choose-page/", choosers.browse, name="wagtailadmin_choose_page"),
    path(
        "choose-page/<int:parent_page_id>/",
        choosers.browse,
        name="wagtailadmin_choose_page_child",
    ),
    path("choose-page/search/", choosers.find, name="wagtailadmin_choose_page_search"),
    path(
        "choose-page/chosen-multiple/",
        choosers.chosen_multiple,
        name="wagtailadmin_choose_page_chosen_multiple",
    ),
    path("login/", views.SignInView.as_view(), name="sign_in"),
    path("login/code/", views.sign_in_code, name="sign_in_code"),
    path("password_reset/", views.ForgottenPasswordView.as_view(), name="forgotten_password"),
    path(
        "password_reset/confirm/<uidb64>/<token>/",
        views.ChooseNewPasswordView.as_view(),
        name="choose_new_password",
    ),
    path("invitation/<str:token>/", views.accept_invitation, name="accept_invitation"),
    path("account/second-factor/", views.second_factor, name="second_factor"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/invite/", accounts.account_invite, name="account_invite"),
    path("accounts/<int:pk>/role/", accounts.account_post, name="account_post"),
    path("accounts/<int:pk>/leave/", accounts.account_leave, name="account_leave"),
    path(
        "accounts/<int:pk>/second-factor/",
        accounts.account_second_factor,
        name="account_second_factor",
    ),
    path("invitations/<int:pk>/send/", accounts.invitation_send, name="invitation_send"),
    path(
        "invitations/<int:pk>/withdraw/", accounts.invitation_withdraw, name="invitation_withdraw"
    ),
]
