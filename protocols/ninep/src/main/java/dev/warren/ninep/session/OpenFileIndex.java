package dev.warren.ninep.session;

import io.netty.util.collection.LongObjectHashMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection's open fids by file. After an unlink the Linux client asks for the attributes of a
 * file that a process has open with the fid of its last lookup, which has only the name that went
 * (v9fs_vfs_getattr_dotl); the open fid of the same file still has the file. Only one of the same
 * attachment: an open file acts with the rights of who opened it. For the event loop only.
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

  /** What a fid of the same attachment as this one has open of the same file. */
  @Nullable Opened find(Fid fid, boolean writable) {
    List<Fid> sharing = fids.get(fid.fileId());
    if (sharing == null) {
      return null;
    }
    for (int i = 0; i < sharing.size(); i++) { // hot: without an iterator
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
