package dev.warren.gptfs.work;

import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.request.BadRequestException;
import dev.warren.gptfs.request.Dialect;
import dev.warren.gptfs.request.RequestBuilder;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoints can serve one request: a fallback with the other interface is left out of the
 * route if its interface has no place for a member of the request.
 */
final class Fitness {
  private final Services services;
  private volatile @Nullable Set<Dialect> fitting;

  /** All endpoints fit until the request is examined. */
  Fitness(Services services) {
    this.services = services;
  }

  /** At the first call, finds out which interfaces the request can be translated to. */
  void examine(byte[] request, JobRecord record) {
    if (fitting != null || dialects(services.route(record)).size() == 1) {
      return;
    }
    Set<Dialect> found = EnumSet.noneOf(Dialect.class);
    for (Dialect dialect : Dialect.values()) {
      try {
        RequestBuilder.translated(request, dialect);
        found.add(dialect);
      } catch (BadRequestException _) {
        // an endpoint with this interface is left out
      }
    }
    fitting = found;
  }

  /** Neither interface has the other's requests in the background, so they are not examined. */
  void onlyLike(String endpoint) {
    if (fitting == null) {
      fitting = EnumSet.of(dialect(endpoint));
    }
  }

  /** The endpoints of a route that fit; if none does, the first one, whose job then fails. */
  List<String> of(List<String> route) {
    Set<Dialect> found = fitting;
    if (found == null) {
      return route;
    }
    List<String> fit = route.stream().filter(name -> found.contains(dialect(name))).toList();
    return fit.isEmpty() ? route.subList(0, 1) : fit;
  }

  private Set<Dialect> dialects(List<String> route) {
    Set<Dialect> all = EnumSet.noneOf(Dialect.class);
    route.forEach(name -> all.add(dialect(name)));
    return all;
  }

  private Dialect dialect(String endpoint) {
    return Dialect.of(services.settings().endpoint(endpoint).url());
  }
}
