package dev.warren.bench.sftp;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.apache.sshd.sftp.client.SftpVersionSelector;

/**
 * Keeps a number of requests in flight on a number of connections and prints the throughput.
 *
 * <pre>
 * sftp-load [--conns N] [--depth N] [--seconds S] [--warmup S] [--cipher NAME]
 *     HOST PORT USER KEY-FILE DIRECTORY WORKLOAD...
 * </pre>
 *
 * <p>See {@link Workload} for the workloads. For each, one line is printed: its name, operations
 * per second, MB per second, and the median and the 99th percentile of the latency in microseconds.
 * {@code --depth} is the number of requests in flight per connection.
 */
public final class SftpLoad {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Options options;
  private final List<SftpClient> connections = new ArrayList<>();

  private SftpLoad(Options options) {
    this.options = options;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Options options = Options.parse(arguments);
    try (SshClient ssh = client(options)) {
      SftpLoad load = new SftpLoad(options);
      load.connect(ssh);
      for (Workload workload : options.workloads()) {
        load.run(workload);
      }
    }
  }

  private static SshClient client(Options options) {
    SshClient ssh = SshClient.setUpDefaultClient();
    ssh.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
    ssh.setKeyIdentityProvider(
        KeyIdentityProvider.wrapKeyPairs(
            new FileKeyPairProvider(Path.of(options.keyFile())).loadKeys(null)));
    ssh.setCipherFactories(List.of(BuiltinCiphers.fromFactoryName(options.cipher())));
    CoreModuleProperties.TCP_NODELAY.set(ssh, true);
    CoreModuleProperties.WINDOW_SIZE.set(ssh, 16L << 20);
    ssh.start();
    return ssh;
  }

  private void connect(SshClient ssh) throws Exception {
    for (int i = 0; i < options.connections(); i++) {
      ClientSession session =
          ssh.connect(options.user(), options.host(), options.port()).verify(LIMIT).getSession();
      session.auth().verify(LIMIT);
      connections.add(
          SftpClientFactory.instance()
              .createSftpClient(session, SftpVersionSelector.fixedVersionSelector(3)));
    }
  }

  private void run(Workload workload) throws Exception {
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < connections.size(); i++) {
      for (int slot = 0; slot < options.depth(); slot++) {
        String file = options.directory() + "/load-" + i;
        workers.add(new Worker(workload, connections.get(i), file, slot, options.depth()));
      }
    }
    for (int i = 0; i < workers.size(); i += options.depth()) {
      workers.get(i).prepare(); // one for each connection
    }
    try {
      measure(workers, options.warmUp());
      Tally tally = measure(workers, options.time());
      System.out.printf(
          Locale.ROOT,
          "%-8s %12.1f ops/s %10.1f MB/s %8d us %8d us%n",
          workload.word(),
          tally.operations() / tally.seconds(),
          tally.bytes() / tally.seconds() / 1e6,
          tally.microseconds(0.5),
          tally.microseconds(0.99));
    } finally {
      for (int i = 0; i < workers.size(); i += options.depth()) {
        workers.get(i).tidyUp();
      }
    }
  }

  private static Tally measure(List<Worker> workers, Duration time) throws Exception {
    Tally all = new Tally();
    AtomicBoolean stop = new AtomicBoolean();
    long start = System.nanoTime();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Tally>> running = new ArrayList<>();
      for (Worker worker : workers) {
        Callable<Tally> work = () -> worker.run(stop);
        running.add(threads.submit(work));
      }
      Thread.sleep(time);
      stop.set(true);
      for (Future<Tally> future : running) {
        all.add(future.get());
      }
    }
    all.took(System.nanoTime() - start);
    return all;
  }
}
