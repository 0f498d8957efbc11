package dev.warren.bench.sftp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The options of the command line. */
record Options(
    int connections,
    int depth,
    Duration time,
    Duration warmUp,
    String cipher,
    String host,
    int port,
    String user,
    String keyFile,
    String directory,
    List<Workload> workloads) {
  private static final int PLACES = 5;

  static Options parse(String[] arguments) {
    Map<String, String> named =
        new HashMap<>(
            Map.of(
                "--conns", "1",
                "--depth", "16",
                "--seconds", "5",
                "--warmup", "2",
                "--cipher", "aes128-gcm@openssh.com"));
    List<String> places = new ArrayList<>(Arrays.asList(arguments));
    while (!places.isEmpty() && places.getFirst().startsWith("--")) {
      String name = places.removeFirst();
      if (!named.containsKey(name) || places.isEmpty()) {
        throw new IllegalArgumentException("options: " + named.keySet());
      }
      named.put(name, places.removeFirst());
    }
    if (places.size() <= PLACES) {
      throw new IllegalArgumentException("HOST PORT USER KEY-FILE DIRECTORY WORKLOAD...");
    }
    return new Options(
        Integer.parseInt(named.get("--conns")),
        Integer.parseInt(named.get("--depth")),
        seconds(named.get("--seconds")),
        seconds(named.get("--warmup")),
        named.get("--cipher"),
        places.get(0),
        Integer.parseInt(places.get(1)),
        places.get(2),
        places.get(3),
        places.get(4),
        places.subList(PLACES, places.size()).stream().map(Workload::of).toList());
  }

  private static Duration seconds(String text) {
    return Duration.ofMillis((long) (Double.parseDouble(text) * 1000));
  }
}
