package dev.warren.gptfs.tree;

import dev.warren.api.FileSystem;
import dev.warren.api.FsException;
import dev.warren.api.OpenFile;
import dev.warren.api.VfsPath;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.publish.Names;
import dev.warren.gptfs.submission.Inbox;
import dev.warren.gptfs.submission.Submissions;
import dev.warren.gptfs.submission.Writer;
import dev.warren.gptfs.work.Spool;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The state that all views of one instance share. */
final class Tree {
  private final Inbox inbox;
  private final Submissions submissions;
  private final Spool spool;
  private final Set<InboxHandle> handles = ConcurrentHashMap.newKeySet();

  Tree(Inbox inbox, Submissions submissions, Spool spool) {
    this.inbox = inbox;
    this.submissions = submissions;
    this.spool = spool;
  }

  Inbox inbox() {
    return inbox;
  }

  OpenFile handle(OpenFile file, Writer writer, boolean append) {
    InboxHandle handle = new InboxHandle(file, writer, append, handles::remove);
    handles.add(handle);
    return handle;
  }

  /** Removes a file of the outbox for a client, which has thereby acknowledged it. */
  void unlinkPublished(FileSystem files, VfsPath path) throws FsException {
    files.unlink(path);
    Optional<Names> kind = Names.of(path.name());
    if (kind.isEmpty() || path.parentOrRoot().name().equals(Names.REVISIONS)) {
      return;
    }
    String name = path.rebase(Layout.OUTBOX, VfsPath.ROOT).toString().substring(1);
    String base = name.substring(0, name.length() - kind.get().suffix().length());
    Job job = spool.find(base);
    if (job != null) {
      spool.acknowledged(base, kind.get(), submissions.isThere(job.record().source()));
    }
  }

  /** A client reads a file of the outbox: its job need not be kept as unread any more. */
  void read(VfsPath path) throws FsException {
    Names kind = Names.of(path.name()).orElse(null);
    if (kind == null) {
      return;
    }
    VfsPath published = path.rebase(Layout.OUTBOX, VfsPath.ROOT);
    String name = published.toString().substring(1);
    String base = name.substring(0, name.length() - kind.suffix().length());
    if (published.parentOrRoot().name().equals(Names.REVISIONS)) {
      VfsPath directory = published.parentOrRoot().parentOrRoot();
      String file = VfsPath.ROOT.resolveText(base).name();
      base = directory.resolve(file.replaceFirst("\\.[0-9]+$", "")).toString().substring(1);
    }
    spool.looks().at(base, kind);
  }

  void abortAll(FsException cause) {
    List.copyOf(handles).forEach(handle -> handle.abort(cause));
  }
}
