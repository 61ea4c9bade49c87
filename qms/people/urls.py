"""Addresses of people and accounts."""

from django.urls import path

from qms.people.views import account, doors, facilities, people, person_acts

urlpatterns = [
    path("login/", doors.log_in, name="login"),
    path("logout/", doors.log_out, name="logout"),
    path("welcome/", doors.welcome, name="welcome"),
    path("invitation/<str:token>/", doors.invitation, name="invitation"),
    path("password/forgot/", doors.forgot, name="password-forgot"),
    path("password/reset/<str:token>/", doors.reset, name="password-reset"),
    path("account/", account.account, name="account"),
    path("account/stay/", doors.stay, name="stay"),
    path("account/password/", account.change_password, name="password-change"),
    path("account/email/", account.change_email, name="email-change"),
    path("people/", people.people, name="people"),
    path("people/add/", people.person_add, name="person-add"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/change/", person_acts.change, name="person-change"),
    path("people/<int:pk>/invite/", person_acts.invite, name="person-invite"),
    path("people/<int:pk>/roles/add/", person_acts.give_role, name="role-add"),
    path("people/<int:pk>/roles/<int:role>/end/", person_acts.end_role, name="role-end"),
    path("people/<int:pk>/leave/", person_acts.leave, name="person-leave"),
    path("people/<int:pk>/return/", person_acts.come_back, name="person-return"),
    path("people/<int:pk>/account/close/", person_acts.close_account, name="account-close"),
    path("people/<int:pk>/account/open/", person_acts.open_account, name="account-open"),
    path("people/<int:pk>/email/", person_acts.ask_email, name="person-email"),
    path("people/<int:pk>/email/confirm/", person_acts.confirm_email, name="person-email-confirm"),
    path("facilities/", facilities.facilities, name="facilities"),
    path("facilities/add/", facilities.facility_add, name="facility-add"),
    path("facilities/<int:pk>/change/", facilities.facility_change, name="facility-change"),
    path("facilities/<int:pk>/close/", facilities.facility_close, name="facility-close"),
    path("programme/change/", facilities.programme_change, name="programme-change"),
]
