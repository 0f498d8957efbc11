package dev.warren.gptfs.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warren.api.Errno;
import dev.warren.api.FsException;
import dev.warren.gptfs.config.Limits;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Jobs and bytes, which are counted separately. */
class QuotaTest {
  private static void refused(Errno errno, String limit, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(FsException.class, e -> assertThat(e.errno()).isEqualTo(errno))
        .hasMessageContaining(limit);
  }

  @Test
  void jobsAreCountedSeparatelyFromBytes() throws Exception {
    Quota quota = new Quota(new Limits(2, Long.MAX_VALUE, 1, 1));
    quota.takeJob();
    quota.takeJob();
    refused(Errno.EDQUOT, "max_queued:", quota::takeJob);
    refused(Errno.EDQUOT, "max_queued:", () -> quota.checkPlace(0));
    assertThat(quota.jobs()).isEqualTo(2);
    quota.release(0);
    quota.checkPlace(0);
    quota.takeJob();
    refused(Errno.EDQUOT, "max_queued:", quota::takeJob);
  }

  @Test
  void bytesAreCountedSeparatelyFromJobs() throws Exception {
    Quota quota = new Quota(new Limits(Integer.MAX_VALUE, 10, 1, 1));
    quota.takeBytes(10);
    refused(Errno.EDQUOT, "max_queued_bytes:", () -> quota.takeBytes(1));
    refused(Errno.EDQUOT, "max_queued_bytes:", () -> quota.checkPlace(1));
    quota.checkPlace(0);
    assertThat(quota.bytes()).isEqualTo(10);
    assertThat(quota.jobs()).isZero();
    quota.releaseBytes(4);
    quota.takeBytes(4);
    refused(Errno.EDQUOT, "max_queued_bytes:", () -> quota.takeBytes(1));
  }

  @Test
  void acceptedJobsCountButAreNeverRefused() throws Exception {
    Quota quota = new Quota(new Limits(1, 10, 1, 1));
    quota.force(20);
    quota.force(20);
    assertThat(quota.jobs()).isEqualTo(2);
    refused(Errno.EDQUOT, "max_queued:", quota::takeJob);
    refused(Errno.EDQUOT, "max_queued_bytes:", () -> quota.takeBytes(1));
    quota.release(20);
    quota.release(20);
    quota.checkPlace(10);
  }

  @Test
  void noNewFilesAreAcceptedWhileDraining() throws Exception {
    Quota quota = new Quota(new Limits(2, 10, 1, 1));
    quota.refuse(true);
    refused(Errno.EAGAIN, "'drain' was written to ctl", quota::takeJob);
    refused(Errno.EAGAIN, "'drain' was written to ctl", () -> quota.checkPlace(0));
    assertThat(quota.isRefusing()).isTrue();
    quota.refuse(false);
    quota.takeJob();
    assertThat(quota.jobs()).isEqualTo(1);
  }
}
