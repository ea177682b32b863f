"""`python -m course_lib learn`: the workbook made, completed and renewed, and JupyterLab on it."""

from course_lib.texts import say
from course_lib.tools import chapters, firstpage, workbook
from course_lib.tools import lab as jupyterlab


def main(language, port, browser, fresh, lab=True, chapter=None, ip=None):
    """`python -m course_lib learn`; returns the exit status.

    Args:
        language: "ko", "en", or None for that of the workbook, else of the system.
        port: of JupyterLab, or None for the first free one.
        browser: whether to open one.
        fresh: names of chapters of which a clean copy is to be added.
        lab: whether to start JupyterLab; without it, the workbook is only made or completed.
        chapter: name of the chapter whose lesson is to be opened, or None for the first page.
        ip: the address at which JupyterLab listens, or None for this computer alone.
    """
    path = chapters.name_of_copy(chapters.find(chapter).lesson) if chapter else firstpage.NAME
    folder, language = workbook.place(language)
    server = jupyterlab.running(folder)
    if lab and not server and (port is not None or ip is not None):
        jupyterlab.require_free(port, ip or "127.0.0.1")
    workbook.complete(folder, language, fresh, renew=not server)
    if not lab:
        return 0
    if not server:
        return jupyterlab.serve(folder, language, port, browser, ip, path)
    address = jupyterlab.page(*server, path)
    print(say("JupyterLab already runs on this workbook:\n\n    {url}\n", url=address).to(language))
    if browser and jupyterlab.has_display():
        jupyterlab.show(folder, address)
    return 0
