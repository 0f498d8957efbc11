package dev.warren.ninep.ops;

import dev.warren.api.Caller;
import dev.warren.api.Errno;
import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.frontend.SharedFileSystem;
import dev.warren.frontend.SharedFileSystems;
import dev.warren.frontend.TrackedPath;
import dev.warren.ninep.auth.AttachPolicy;
import dev.warren.ninep.codec.MessageType;
import dev.warren.ninep.codec.Qid;
import dev.warren.ninep.codec.Tmessage;
import dev.warren.ninep.codec.Wire;
import dev.warren.ninep.session.Attachment;
import dev.warren.ninep.session.Fid;
import dev.warren.ninep.session.NinepOperation;
import dev.warren.ninep.session.PathCost;
import dev.warren.ninep.session.Replies;
import dev.warren.ninep.session.Session;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tattach: admits a client to the directory that {@code aname} names, relative to the listener's
 * root.
 */
final class AttachOperation extends NinepOperation {
  private final Tmessage.Attach message;
  private final AttachPolicy policy;
  private final SharedFileSystem exported;
  private final VfsPath root;
  private @Nullable Fid reserved;
  private @Nullable PathCost cost;
  private @Nullable Caller caller;
  private @Nullable Attachment attachment;
  private @Nullable FileAttributes attributes;

  AttachOperation(Tmessage.Attach message, Session session) throws FsException {
    if (message.afid() != Wire.NOFID) {
      throw new FsException(Errno.EBADF, "no authentication was requested");
    }
    session.fids().requireFree(message.fid());
    this.message = message;
    this.policy = session.policy();
    this.exported = session.exported();
    this.root = root(message.aname());
  }

  private static VfsPath root(String aname) throws FsException {
    if (Arrays.asList(aname.split("/", -1)).contains("..")) {
      throw new FsException(Errno.EINVAL, "'..' in an attach name");
    }
    return VfsPath.ROOT.resolveText(aname);
  }

  @Override
  public void leave(Session session) throws FsException {
    reserved = session.fids().reserve(message.fid());
    cost = session.fids().costOfAttachment(root);
  }

  @Override
  public void release(Session session) {
    session.fids().unreserve(reserved);
    session.fids().giveBack(cost);
    cost = null;
  }

  @Override
  public boolean asksWho() {
    return true;
  }

  @Override
  public void identify() throws FsException {
    caller = policy.admit(message.uname(), message.uid());
  }

  @Override
  public void run(boolean mayBlock) throws FsException {
    Caller who = caller;
    if (who == null) {
      throw new IllegalStateException("not identified");
    }
    SharedFileSystem tree = SharedFileSystems.subtree(exported.as(who), root);
    Attachment made = new Attachment(who, root, tree);
    FileAttributes directory = made.view(mayBlock).stat(VfsPath.ROOT);
    if (!directory.isDirectory()) {
      throw new FsException(Errno.ENOTDIR, root);
    }
    attachment = made;
    attributes = directory;
  }

  @Override
  public void finish(Session session, Replies out, int tag) throws FsException {
    Fid fid = reserved;
    Attachment tree = attachment;
    FileAttributes directory = attributes;
    PathCost paid = cost;
    if (fid == null || tree == null || directory == null || paid == null) {
      throw new IllegalStateException("has not run");
    }
    session.attached(tree.caller());
    TrackedPath path = tree.track(VfsPath.ROOT);
    session.fids().bind(fid, tree, path, null, paid, Qid.DIRECTORY, directory.fileId());
    cost = null;
    Qid.write(
        out.begin(Wire.HEADER + Wire.QID, MessageType.replyTo(MessageType.TATTACH), tag),
        directory);
  }
}
