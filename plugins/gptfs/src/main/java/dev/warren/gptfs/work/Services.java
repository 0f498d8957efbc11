package dev.warren.gptfs.work;

import dev.warren.gptfs.config.Settings;
import dev.warren.gptfs.http.Classifier;
import dev.warren.gptfs.http.ModelClient;
import dev.warren.gptfs.http.Redactor;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobTable;
import dev.warren.gptfs.memory.ContentMemory;
import dev.warren.gptfs.publish.Publisher;
import dev.warren.gptfs.store.JobStore;
import dev.warren.gptfs.time.Timers;
import java.util.List;

/** What the classes of the pool share. */
record Services(
    Settings settings,
    JobTable table,
    JobStore store,
    Publisher publisher,
    ModelClient client,
    Classifier classifier,
    Redactor redactor,
    RetryPolicy policy,
    Dispatcher dispatcher,
    Dispatcher polls,
    Quota quota,
    ContentMemory memory,
    Tally tally,
    Timers timers,
    System.Logger log) {
  /** The endpoints that may serve a job, the preferred one first; never empty. */
  List<String> route(JobRecord record) {
    // The endpoint that the store names may not be configured any more.
    String first = settings.endpoint(record.endpoint()).name();
    return RetryPolicy.from(first, settings.fallbacks());
  }
}
