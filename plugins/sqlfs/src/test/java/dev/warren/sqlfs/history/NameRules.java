package dev.warren.sqlfs.history;

import dev.warren.api.Errno;
import org.jspecify.annotations.Nullable;

/** The effects of calls that use names, with Linux's errors in Linux's order of checks. */
public final class NameRules implements Specification<NameTree, NameCall> {
  /** The result of a successful call that returns nothing. */
  public static final String DONE = "done";

  @Override
  public NameTree initial() {
    return NameTree.EMPTY;
  }

  @Override
  public Outcome<NameTree> apply(NameTree tree, NameCall call) {
    for (String path : call.paths()) {
      Errno error = inParents(tree, path);
      if (error != null) {
        return failed(tree, error);
      }
      if (call instanceof NameCall.Link link
          && path.equals(link.existing())
          && tree.file(path) == null) {
        return failed(tree, Errno.ENOENT); // this error comes before those of the other path
      }
    }
    return switch (call) {
      case NameCall.Create create ->
          made(tree, create.path(), new NameTree.File(false, create.mark()));
      case NameCall.Mkdir mkdir -> made(tree, mkdir.path(), new NameTree.File(true, mkdir.mark()));
      case NameCall.Open open -> opened(tree, open);
      case NameCall.Link link -> linked(tree, link);
      case NameCall.Unlink unlink -> unlinked(tree, unlink.path());
      case NameCall.Rmdir rmdir -> removed(tree, rmdir.path());
      case NameCall.Rename rename -> renamed(tree, rename);
      case NameCall.Find find -> found(tree, find);
    };
  }

  /**
   * A successful rename counts as a change, although it changes nothing if both names are those of
   * one file.
   */
  @Override
  public boolean isRead(NameCall call, String result) {
    return !result.equals(DONE)
        && !(call instanceof NameCall.Open open
            && result.equals(new NameTree.File(false, open.mark()).toString()));
  }

  private static Outcome<NameTree> failed(NameTree tree, Errno error) {
    return new Outcome<>(tree, error.name());
  }

  private static Outcome<NameTree> done(NameTree after) {
    return new Outcome<>(after, DONE);
  }

  /** The error of a path whose parents are not all directories that exist. */
  private static @Nullable Errno inParents(NameTree tree, String path) {
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      NameTree.File parent = tree.file(path.substring(0, slash));
      if (parent == null) {
        return Errno.ENOENT;
      }
      if (!parent.directory()) {
        return Errno.ENOTDIR;
      }
    }
    return null;
  }

  private static Outcome<NameTree> made(NameTree tree, String path, NameTree.File file) {
    return tree.file(path) == null ? done(tree.with(path, file)) : failed(tree, Errno.EEXIST);
  }

  private static Outcome<NameTree> opened(NameTree tree, NameCall.Open open) {
    NameTree.File there = tree.file(open.path());
    if (there == null) {
      NameTree.File file = new NameTree.File(false, open.mark());
      return new Outcome<>(tree.with(open.path(), file), file.toString());
    }
    return there.directory() ? failed(tree, Errno.EISDIR) : new Outcome<>(tree, there.toString());
  }

  private static Outcome<NameTree> linked(NameTree tree, NameCall.Link link) {
    NameTree.File file = tree.file(link.existing());
    if (file == null) {
      return failed(tree, Errno.ENOENT);
    }
    if (tree.file(link.path()) != null) {
      return failed(tree, Errno.EEXIST);
    }
    return file.directory() ? failed(tree, Errno.EPERM) : done(tree.with(link.path(), file));
  }

  private static Outcome<NameTree> unlinked(NameTree tree, String path) {
    NameTree.File file = tree.file(path);
    if (file == null) {
      return failed(tree, Errno.ENOENT);
    }
    return file.directory() ? failed(tree, Errno.EISDIR) : done(tree.without(path));
  }

  private static Outcome<NameTree> removed(NameTree tree, String path) {
    NameTree.File file = tree.file(path);
    if (file == null) {
      return failed(tree, Errno.ENOENT);
    }
    if (!file.directory()) {
      return failed(tree, Errno.ENOTDIR);
    }
    return tree.isEmpty(path) ? done(tree.without(path)) : failed(tree, Errno.ENOTEMPTY);
  }

  private static Outcome<NameTree> renamed(NameTree tree, NameCall.Rename rename) {
    NameTree.File file = tree.file(rename.from());
    if (file == null) {
      return failed(tree, Errno.ENOENT);
    }
    NameTree.File there = tree.file(rename.to());
    Errno error = inRename(tree, rename, file, there);
    if (error != null) {
      return failed(tree, error);
    }
    return done(file.equals(there) ? tree : tree.moved(rename.from(), rename.to()));
  }

  private static @Nullable Errno inRename(
      NameTree tree, NameCall.Rename rename, NameTree.File file, NameTree.@Nullable File there) {
    if (there != null && !rename.replace()) {
      return Errno.EEXIST;
    }
    if (rename.to().startsWith(rename.from() + "/")) {
      return Errno.EINVAL;
    }
    if (rename.from().startsWith(rename.to() + "/")) {
      return Errno.ENOTEMPTY;
    }
    if (there == null || there.equals(file)) {
      return null;
    }
    if (file.directory() != there.directory()) {
      return file.directory() ? Errno.ENOTDIR : Errno.EISDIR;
    }
    return there.directory() && !tree.isEmpty(rename.to()) ? Errno.ENOTEMPTY : null;
  }

  private static Outcome<NameTree> found(NameTree tree, NameCall.Find find) {
    NameTree.File file = tree.file(find.path());
    if (file == null) {
      return failed(tree, Errno.ENOENT);
    }
    return new Outcome<>(tree, found(find, file, tree.links(file)));
  }

  /** The result of a lookup that finds a file. */
  static String found(NameCall.Find find, NameTree.File file, long links) {
    return find.how() == NameCall.Lookup.STAT_LINKS && !file.directory()
        ? file + ", links: " + links
        : file.toString();
  }
}
