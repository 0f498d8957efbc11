package dev.warren.testkit;

import static dev.warren.api.Errno.E2BIG;
import static dev.warren.api.Errno.EEXIST;
import static dev.warren.api.Errno.ELOOP;
import static dev.warren.api.Errno.ENODATA;
import static dev.warren.api.Errno.ENOENT;
import static dev.warren.api.Errno.ENOSPC;
import static dev.warren.api.Errno.ENOTDIR;
import static dev.warren.api.Errno.EOPNOTSUPP;
import static dev.warren.api.Errno.EPERM;
import static dev.warren.api.Errno.ERANGE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FsException;
import dev.warren.api.VfsPath;
import dev.warren.api.XattrMode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Extended attributes. */
interface XattrCases extends ContractCases {

  private boolean noXattrs(VfsPath path) {
    if (lacks(Gap.XATTRS)) {
      fails(() -> fs().setXattr(path, "user.a", new byte[1], XattrMode.SET), EOPNOTSUPP);
      fails(() -> fs().getXattr(path, "user.a"), EOPNOTSUPP);
      fails(() -> fs().listXattrs(path), EOPNOTSUPP);
      fails(() -> fs().removeXattr(path, "user.a"), EOPNOTSUPP);
      return true;
    }
    return false;
  }

  private List<String> userXattrs(VfsPath path) throws FsException {
    return fs().listXattrs(path).stream().filter(name -> name.startsWith("user.")).toList();
  }

  @Test
  default void anAttributeIsKept() throws Exception {
    VfsPath path = file("f", "content");
    if (noXattrs(path)) {
      return;
    }
    assertThat(userXattrs(path)).isEmpty();
    byte[] value = {0, 1, (byte) 0xff, 'x'};
    fs().setXattr(path, "user.a", value, XattrMode.SET);
    assertThat(fs().getXattr(path, "user.a")).isEqualTo(value);
    assertThat(userXattrs(path)).containsExactly("user.a");
    fs().setXattr(path, "user.a", new byte[0], XattrMode.SET);
    assertThat(fs().getXattr(path, "user.a")).isEmpty();
    assertThat(text("f")).isEqualTo("content");
  }

  @Test
  default void directoriesHaveAttributesToo() throws Exception {
    VfsPath path = directory("d");
    if (noXattrs(path)) {
      return;
    }
    fs().setXattr(path, "user.a", new byte[] {7}, XattrMode.SET);
    assertThat(fs().getXattr(path, "user.a")).containsExactly(7);
  }

  @Test
  default void createIsEexistForAnExistingAttribute() throws Exception {
    VfsPath path = file("f", "");
    if (noXattrs(path)) {
      return;
    }
    fs().setXattr(path, "user.a", new byte[] {1}, XattrMode.CREATE);
    fails(() -> fs().setXattr(path, "user.a", new byte[] {2}, XattrMode.CREATE), EEXIST);
    assertThat(fs().getXattr(path, "user.a")).containsExactly(1);
  }

  @Test
  default void replaceIsEnodataForAMissingAttribute() throws Exception {
    VfsPath path = file("f", "");
    if (noXattrs(path)) {
      return;
    }
    fails(() -> fs().setXattr(path, "user.a", new byte[] {1}, XattrMode.REPLACE), ENODATA);
    assertThat(userXattrs(path)).isEmpty();
    fs().setXattr(path, "user.a", new byte[] {1}, XattrMode.SET);
    fs().setXattr(path, "user.a", new byte[] {2}, XattrMode.REPLACE);
    assertThat(fs().getXattr(path, "user.a")).containsExactly(2);
  }

  @Test
  default void aMissingAttributeIsEnodata() throws Exception {
    VfsPath path = file("f", "");
    if (noXattrs(path)) {
      return;
    }
    fs().setXattr(path, "user.a", new byte[] {1}, XattrMode.SET);
    fails(() -> fs().getXattr(path, "user.b"), ENODATA);
    fails(() -> fs().removeXattr(path, "user.b"), ENODATA);
  }

  @Test
  default void anAttributeCanBeRemoved() throws Exception {
    VfsPath path = file("f", "");
    if (noXattrs(path)) {
      return;
    }
    fs().setXattr(path, "user.a", new byte[] {1}, XattrMode.SET);
    fs().setXattr(path, "user.b", new byte[] {2}, XattrMode.SET);
    fs().removeXattr(path, "user.a");
    assertThat(userXattrs(path)).containsExactly("user.b");
    fails(() -> fs().getXattr(path, "user.a"), ENODATA);
    fails(() -> fs().removeXattr(path, "user.a"), ENODATA);
  }

  @Test
  default void aValueOverTheLimitIsE2big() throws Exception {
    VfsPath path = file("f", "");
    if (noXattrs(path)) {
      return;
    }
    byte[] value = new byte[65_537];
    fails(() -> fs().setXattr(path, "user.a", value, XattrMode.SET), E2BIG, ENOSPC);
    assertThat(userXattrs(path)).isEmpty();
  }

  @Test
  default void aNameOverTheLimitIsErange() throws Exception {
    VfsPath path = file("f", "");
    if (noXattrs(path)) {
      return;
    }
    fs().setXattr(path, "user." + "n".repeat(250), new byte[] {1}, XattrMode.SET);
    String tooLong = "user." + "n".repeat(251);
    fails(() -> fs().setXattr(path, tooLong, new byte[] {1}, XattrMode.SET), ERANGE);
  }

  @Test
  default void aNameWithoutANameSpaceIsEopnotsupp() throws Exception {
    VfsPath path = file("f", "");
    if (noXattrs(path)) {
      return;
    }
    fails(() -> fs().setXattr(path, "nospace", new byte[] {1}, XattrMode.SET), EOPNOTSUPP);
    fails(() -> fs().getXattr(path, "nospace"), EOPNOTSUPP, ENODATA);
  }

  @Test
  default void attributesOfAMissingFileAreEnoent() throws Exception {
    VfsPath path = file("f", "");
    if (noXattrs(path)) {
      return;
    }
    fails(() -> fs().getXattr(at("none"), "user.a"), ENOENT);
    fails(() -> fs().setXattr(at("none"), "user.a", new byte[1], XattrMode.SET), ENOENT);
    fails(() -> fs().listXattrs(at("none")), ENOENT);
    fails(() -> fs().removeXattr(at("none"), "user.a"), ENOENT);
    fails(() -> fs().listXattrs(at("f/x")), ENOTDIR);
  }

  @Test
  default void attributesOfALinkAreNotThoseOfItsTarget() throws Exception {
    VfsPath path = file("f", "");
    if (noXattrs(path)) {
      return;
    }
    if (lacks(Gap.SYMBOLIC_LINKS)) {
      fails(() -> fs().symlink("f", at("l")), EOPNOTSUPP);
      return;
    }
    fs().setXattr(path, "user.a", new byte[] {1}, XattrMode.SET);
    fs().symlink("f", at("l"));
    fails(() -> fs().getXattr(at("l"), "user.a"), ENODATA, EPERM, ELOOP, EOPNOTSUPP);
    fails(
        () -> fs().setXattr(at("l"), "user.b", new byte[] {2}, XattrMode.SET),
        EPERM,
        ELOOP,
        EOPNOTSUPP);
    assertThat(userXattrs(path)).containsExactly("user.a");
  }

  @Test
  default void attributesGoAlongWithARename() throws Exception {
    VfsPath path = file("f", "");
    if (noXattrs(path)) {
      return;
    }
    fs().setXattr(path, "user.a", new byte[] {1}, XattrMode.SET);
    fs().rename(path, at("g"), true);
    assertThat(fs().getXattr(at("g"), "user.a")).containsExactly(1);
    file("f", "");
    assertThat(userXattrs(at("f"))).isEmpty();
  }
}
