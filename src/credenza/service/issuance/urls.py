"""The addresses of this app."""

from django.urls import URLPattern, path

from credenza.service.issuance.views import awards, changes, correction_lists, review, single, statistics, wizard

_CONSOLE = "console/<slug:slug>"

urlpatterns: list[URLPattern] = [
    path(f"{_CONSOLE}/issue", wizard.overview, name="issue"),
    path(f"{_CONSOLE}/issue/new/<uuid:definition>", wizard.upload, name="issue-upload"),
    path(f"{_CONSOLE}/issue/new/<uuid:definition>/class-list.xlsx", wizard.template, name="issue-template"),
    path(f"{_CONSOLE}/issue/one/<uuid:definition>", single.issue_one, name="issue-one"),
    path(f"{_CONSOLE}/issue/<uuid:batch>", wizard.batch_page, name="issue-batch"),
    path(f"{_CONSOLE}/issue/<uuid:batch>/columns", wizard.map_columns, name="issue-columns"),
    path(f"{_CONSOLE}/issue/<uuid:batch>/rows", review.rows, name="issue-rows"),
    path(f"{_CONSOLE}/issue/<uuid:batch>/to-mend.xlsx", review.corrections, name="issue-corrections"),
    path(f"{_CONSOLE}/issue/<uuid:batch>/preview", review.preview, name="issue-preview"),
    path(f"{_CONSOLE}/issue/<uuid:batch>/preview.png", review.preview_image, name="issue-preview-image"),
    path(f"{_CONSOLE}/issue/<uuid:batch>/approve", review.approve, name="issue-approve"),
    path(f"{_CONSOLE}/issue/<uuid:batch>/go-on", review.go_on, name="issue-go-on"),
    path(f"{_CONSOLE}/issue/<uuid:batch>/cancel", review.cancel, name="issue-cancel"),
    path(f"{_CONSOLE}/issue/<uuid:batch>/progress", review.watch, name="issue-progress"),
    path(f"{_CONSOLE}/awards", awards.awards, name="awards"),
    path(f"{_CONSOLE}/awards/correct", correction_lists.upload, name="awards-correct"),
    path(f"{_CONSOLE}/awards/correct.xlsx", correction_lists.filled, name="awards-correct-sheet"),
    path(f"{_CONSOLE}/awards/change/<slug:name>", changes.change, name="awards-change"),
    path(f"{_CONSOLE}/awards/<uuid:award>", awards.award, name="award"),
    path(f"{_CONSOLE}/awards/<uuid:award>/correct", changes.correct, name="award-correct"),
    path(f"{_CONSOLE}/awards/<uuid:award>/files/<slug:name>", awards.download, name="award-file"),
    path(f"{_CONSOLE}/statistics", statistics.statistics_page, name="statistics"),
    path(f"{_CONSOLE}/statistics.csv", statistics.statistics_csv, name="statistics-csv"),
]
