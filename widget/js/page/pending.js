// The promises that the page holds.
export class Pending {
  // Messages, uploads, edits, deletions, ratings and forms, by the engine's id of the command.
  tasks = new Map();
  identifies = [];
  connects = [];

  // A promise of a command. `begin` gives the command and says whether the engine could read it; what it gets is called
  // with the engine's id of the command, before anything comes of that. `hold` keeps the promise meanwhile.
  begun(begin, hold, invalid) {
    return new Promise((resolve, reject) => {
      if (!begin((id) => hold({ resolve, reject }, id))) reject(invalid);
    });
  }

  // A promise of a command whose id is known before.
  hold(id, more) {
    return new Promise((resolve, reject) => this.tasks.set(id, { resolve, reject, ...more }));
  }

  // Takes out the promise of a command. Of what an earlier page began nobody here has it.
  take(id) {
    const task = this.tasks.get(id);
    this.tasks.delete(id);
    return task;
  }

  // Fulfils the promises of a list, or rejects them if there is an error.
  settle(list, value, error) {
    for (const { resolve, reject } of this[list].splice(0)) error ? reject(error) : resolve(value);
  }

  // Rejects what is not sent and will not be.
  rejectSends(error) {
    const tasks = [...this.tasks.values()];
    this.tasks.clear();
    for (const { reject } of tasks) reject(error);
    this.settle('identifies', null, error);
  }
}
