/* What JupyterLab does more in a workbook. A container of module federation, written by hand.

   The first page tells how far the learner is, so it is read anew whenever it is looked at. A notebook is saved before one of
   its cells is run, so that a check can see whether an answer was changed after it was run. */
(() => {
  const PAGE = "README.md";
  const RUN = /^(notebook:run-|notebook:restart-run-|runmenu:|kernelmenu:restart-and)/;
  const PATIENCE = 2000; // milliseconds: what cannot be saved is run all the same

  function activate(app) {
    const renew = () => {
      const context = app.shell.currentWidget?.context;
      if (context?.path === PAGE && context.isReady && !context.model.dirty) {
        context.revert().catch(() => {});
      }
    };
    app.shell.currentChanged?.connect(renew);
    window.addEventListener("focus", renew);

    const known = new WeakSet();
    const busy = new WeakSet(); // what is just being saved, by us or by JupyterLab itself
    const watch = context => {
      if (!known.has(context)) {
        known.add(context);
        context.saveState.connect((_, state) => (state === "started" ? busy.add(context) : busy.delete(context)));
      }
    };
    const ended = context =>
      new Promise(done => {
        const listen = (_, state) => {
          if (state !== "started") {
            context.saveState.disconnect(listen);
            done();
          }
        };
        context.saveState.connect(listen);
      });

    // one after the other: of two at once, JupyterLab would take the first for a change by somebody else, and ask
    let saving = Promise.resolve();
    const save = async () => {
      const context = app.shell.currentWidget?.context;
      if (context?.contentsModel?.type !== "notebook" || context.model.readOnly) {
        return;
      }
      watch(context);
      const write = async () => {
        if (busy.has(context)) {
          await ended(context);
        }
        if (context.model.dirty) {
          await context.save();
        }
      };
      saving = saving.then(write).catch(() => {});
      await Promise.race([saving, new Promise(done => setTimeout(done, PATIENCE))]);
    };
    const execute = app.commands.execute.bind(app.commands);
    let before = Promise.resolve(); // commands run in the order in which they were given
    app.commands.execute = (id, args) => {
      if (!RUN.test(id)) {
        return execute(id, args);
      }
      before = before.then(save).catch(() => {});
      return before.then(() => execute(id, args));
    };
  }

  const plugin = { id: "course:workbook", autoStart: true, activate };
  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB.course = {
    init: () => Promise.resolve(),
    get: () => Promise.resolve(() => ({ __esModule: true, default: plugin })),
  };
})();
