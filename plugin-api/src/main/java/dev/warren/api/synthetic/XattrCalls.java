package dev.warren.api.synthetic;

import dev.warren.api.Errno;
import dev.warren.api.FileNames;
import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import java.util.List;
import java.util.Map;

/** Operations on extended attributes, by the rules of setxattr(2) and getxattr(2). */
final class XattrCalls {
  private static final int MAX_VALUE = 65_536;

  private final Tree tree;

  XattrCalls(Tree tree) {
    this.tree = tree;
  }

  List<String> list(VfsPath path) throws FsException {
    return List.copyOf(all(path).keySet());
  }

  byte[] get(VfsPath path, String name) throws FsException {
    return present(all(path), name, path).clone();
  }

  void set(VfsPath path, String name, byte[] value, XattrMode mode) throws FsException {
    Xattrs xattrs = xattrs(path);
    checkName(name, path);
    if (value.length > MAX_VALUE) {
      throw new FsException(Errno.E2BIG, path);
    }
    try (var _ = tree.instance().changes().take(tree.mayBlock())) {
      Map<String, byte[]> all = PluginCalls.get(xattrs::all);
      if (mode == XattrMode.CREATE && all.containsKey(name)) {
        throw new FsException(Errno.EEXIST, path);
      }
      if (mode == XattrMode.REPLACE) {
        present(all, name, path);
      }
      PluginCalls.run(() -> xattrs.set(name, value.clone()));
    }
  }

  void remove(VfsPath path, String name) throws FsException {
    Xattrs xattrs = xattrs(path);
    try (var _ = tree.instance().changes().take(tree.mayBlock())) {
      present(PluginCalls.get(xattrs::all), name, path);
      PluginCalls.run(() -> xattrs.remove(name));
    }
  }

  private Map<String, byte[]> all(VfsPath path) throws FsException {
    return PluginCalls.get(xattrs(path)::all);
  }

  private Xattrs xattrs(VfsPath path) throws FsException {
    Traits traits =
        switch (tree.locate(path).node()) {
          case SyntheticFile file -> file.traits();
          case SyntheticDirectory directory -> directory.traits();
        };
    Xattrs xattrs = traits.xattrs();
    if (xattrs == null) {
      throw new FsException(Errno.EOPNOTSUPP, path);
    }
    tree.requireNoWait(!traits.nonBlocking());
    return xattrs;
  }

  private static byte[] present(Map<String, byte[]> all, String name, VfsPath path)
      throws FsException {
    byte[] value = all.get(name);
    if (value == null) {
      throw new FsException(Errno.ENODATA, path);
    }
    return value;
  }

  private static void checkName(String name, VfsPath path) throws FsException {
    if (FileNames.encodedLength(name) > FileNames.MAX_BYTES) {
      throw new FsException(Errno.ERANGE, path);
    }
    int dot = name.indexOf('.');
    if (dot <= 0 || dot == name.length() - 1) {
      throw new FsException(Errno.EOPNOTSUPP, path);
    }
  }
}
