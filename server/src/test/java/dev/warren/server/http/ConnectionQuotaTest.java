package dev.warren.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.frontend.Source;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConnectionQuotaTest {
  private static final Source MANY = new Source(Source.Kind.NETWORK, "many");
  private static final Source FEW = new Source(Source.Kind.NETWORK, "few");

  private final ConnectionQuota quota = new ConnectionQuota(10, 1000, new Random(1));
  private final List<Connection> dropped = new ArrayList<>();

  private final class Connection implements ConnectionQuota.Member {
    private final Source source;
    private final long waitingBytes;
    private boolean canGo = true;

    private Connection(Source source, long waitingBytes) {
      this.source = source;
      this.waitingBytes = waitingBytes;
    }

    @Override
    public Source source() {
      return source;
    }

    @Override
    public boolean canGo() {
      return canGo;
    }

    @Override
    public long waitingBytes() {
      return waitingBytes;
    }

    @Override
    public void drop() {
      dropped.add(this);
    }
  }

  private List<Connection> add(Source source, int count) {
    List<Connection> added = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Connection connection = new Connection(source, 0);
      assertThat(quota.add(connection)).isTrue();
      added.add(connection);
    }
    return added;
  }

  @Test
  void theSourceWithTheMostConnectionsLosesOne() {
    add(FEW, 3);
    add(MANY, 7);
    add(FEW, 2);
    assertThat(dropped).hasSize(2).allMatch(connection -> connection.source().equals(MANY));
    assertThat(quota.size()).isEqualTo(10);
  }

  @Test
  void aRandomOneIsClosed() {
    List<Connection> first = add(MANY, 10);
    Set<Integer> places = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      add(MANY, 1);
      places.add(first.indexOf(dropped.getLast()));
    }
    assertThat(places).hasSizeGreaterThan(5);
  }

  @Test
  void connectionsWhoseResponseIsBeingComputedAreSpared() {
    List<Connection> computed = add(MANY, 9);
    computed.forEach(connection -> connection.canGo = false);
    List<Connection> other = add(FEW, 1);
    add(MANY, 1);
    assertThat(dropped).isEqualTo(other);
  }

  @Test
  void aNewConnectionIsRefusedIfNoneCanBeClosed() {
    add(MANY, 10).forEach(connection -> connection.canGo = false);
    assertThat(quota.add(new Connection(FEW, 0))).isFalse();
    assertThat(quota.size()).isEqualTo(10);
  }

  @Test
  void theSourceWithTheMostUnreadBytesLosesThem() {
    Connection one = new Connection(FEW, 300);
    assertThat(quota.add(one)).isTrue();
    for (int i = 0; i < 3; i++) {
      assertThat(quota.add(new Connection(MANY, 200))).isTrue();
    }
    quota.makeRoom(100);
    assertThat(dropped).isEmpty();
    quota.makeRoom(101);
    assertThat(dropped).hasSize(1).allMatch(connection -> connection.source().equals(MANY));
    quota.makeRoom(5000); // more than the limit: it is then the only one
    assertThat(dropped).hasSize(4);
    assertThat(quota.size()).isZero();
  }

  @Test
  void aConnectionThatIsRemovedTwiceIsCountedOnce() {
    List<Connection> all = add(MANY, 2);
    quota.remove(all.getFirst());
    quota.remove(all.getFirst());
    assertThat(quota.size()).isEqualTo(1);
  }
}
