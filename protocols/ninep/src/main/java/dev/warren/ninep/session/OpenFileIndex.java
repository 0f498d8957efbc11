package dev.warren.ninep.session;

import io.netty.util.collection.LongObjectHashMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection's open fids, by file. It serves files that were unlinked while open: the Linux
 * client requests such a file's attributes with the fid of its last lookup, which only has the
 * removed name (v9fs_vfs_getattr_dotl), but the open fid of the same file still reaches it. Only
 * fids of the same attachment are used, because an open file acts with the rights of the caller
 * that opened it. For the event loop only.
 */
final class OpenFileIndex {
  private final LongObjectHashMap<List<Fid>> fids = new LongObjectHashMap<>();
  private int count;

  void add(Fid fid) {
    List<Fid> sharing = fids.get(fid.fileId());
    if (sharing == null) {
      sharing = new ArrayList<>(1);
      fids.put(fid.fileId(), sharing);
    }
    sharing.add(fid);
    count++;
  }

  void remove(Fid fid) {
    List<Fid> sharing = fids.get(fid.fileId());
    if (sharing != null && sharing.remove(fid)) {
      count--;
      if (sharing.isEmpty()) {
        fids.remove(fid.fileId());
      }
    }
  }

  /** Finds a file that is the same as this fid's and is open by a fid of the same attachment. */
  @Nullable Opened find(Fid fid, boolean writable) {
    List<Fid> sharing = fids.get(fid.fileId());
    if (sharing == null) {
      return null;
    }
    for (int i = 0; i < sharing.size(); i++) { // hot: no iterator
      Fid other = sharing.get(i);
      if (other.attachment() == fid.attachment()
          && other.handle() instanceof Opened opened
          && (!writable || opened.writable())) {
        return opened;
      }
    }
    return null;
  }

  int count() {
    return count;
  }

  void clear() {
    fids.clear();
    count = 0;
  }
}
