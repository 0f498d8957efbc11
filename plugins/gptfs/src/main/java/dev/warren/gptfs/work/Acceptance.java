package dev.warren.gptfs.work;

import dev.warren.api.FileAttributes;
import dev.warren.api.FsException;
import dev.warren.gptfs.batch.BatchFile;
import dev.warren.gptfs.config.PromptSettings;
import dev.warren.gptfs.job.Counts;
import dev.warren.gptfs.job.Input;
import dev.warren.gptfs.job.Job;
import dev.warren.gptfs.job.JobError;
import dev.warren.gptfs.job.JobRecord;
import dev.warren.gptfs.job.JobState;
import dev.warren.gptfs.json.Json;
import dev.warren.gptfs.publish.Names;
import dev.warren.gptfs.request.BadRequestException;
import dev.warren.gptfs.request.Dialect;
import dev.warren.gptfs.request.Request;
import dev.warren.gptfs.request.RequestBuilder;
import dev.warren.gptfs.request.Texts;
import dev.warren.gptfs.store.JobStore;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Builds and stores the request for a file's settled content, or fails the job if there is none.
 */
final class Acceptance {
  private final Services services;
  private final Steps steps;
  private final Consumer<Job> enqueue;
  private final RequestBuilder builder;

  /**
   * Accepts the jobs of one instance.
   *
   * @param enqueue queues an accepted job
   */
  Acceptance(Services services, Steps steps, Consumer<Job> enqueue) {
    this.services = services;
    this.steps = steps;
    this.enqueue = enqueue;
    builder =
        new RequestBuilder(
            services.settings().stream(),
            name -> Dialect.of(services.settings().endpoint(name).url()));
  }

  /** See {@link Spool#accept}. */
  void accept(
      Job job, int revision, byte[] content, FileAttributes attributes, Spool.PromptSource settings)
      throws FsException {
    job.lock().lock();
    try {
      JobRecord record = job.record();
      if (job.isRemoved() || record.revision() != revision || record.state() != JobState.SETTLING) {
        return;
      }
      Input input =
          new Input(
              content.length,
              attributes.modifySeconds(),
              attributes.modifyNanos(),
              Digests.sha256(content));
      try {
        accept(job, content, input, settings.get());
      } catch (BadRequestException e) {
        reject(job, input, e.error());
      } catch (RuntimeException | Error e) { // ends this job, not the thread that settles files
        services.log().log(
            System.Logger.Level.ERROR,
            Escaped.report("the job of " + record.source() + " fails"),
            e);
        reject(job, input, Escaped.error(services, e));
      }
    } finally {
      job.lock().unlock();
    }
  }

  private void accept(Job job, byte[] file, Input input, PromptSettings settings)
      throws FsException, BadRequestException {
    byte[] content = Texts.utf8(file);
    JobRecord record = job.record();
    Request request;
    Counts counts = null;
    if (record.batch()) {
      BatchFile lines = BatchFile.lines(content);
      lines.check(content);
      counts = new Counts(lines.size(), 0, 0);
      request = new Request(content, settings.model(), false, false, settings.endpoint());
    } else {
      request = builder.build(record.source(), content, settings);
    }
    // First, or a crash in between would cause answered lines to be sent again.
    boolean proceeds = proceed(job, content, input);
    Instant now = services.timers().instant();
    JobRecord next =
        record.queued(
            input,
            new JobRecord.Route(
                request.endpoint(), request.model(), request.stream(), request.background()),
            now);
    JobRecord accepted = counts == null ? next : next.counted(counts);
    Map<Integer, byte[]> parts = Map.of(JobStore.REQUEST, request.body());
    boolean busy = services.dispatcher().isBusy();
    services.tally().accepted();
    if (busy && services.table().isShared()) {
      try {
        // First, because another host publishes the status once the job is free.
        services.publisher().status(accepted, null, null, false);
      } catch (FsException e) {
        steps.log("the status of " + record.source() + " cannot be written", e);
      }
      steps.free(job, accepted, parts, !proceeds);
      return;
    }
    steps.keep(job, accepted, parts, !proceeds);
    if (busy || steps.isHeld(accepted)) {
      steps.show(job, null); // otherwise its call soon updates the status
    }
    enqueue.accept(job);
  }

  /**
   * Copies the answers of the previous revision into a batch that is retried with the same content:
   * they are already paid for.
   *
   * @return whether this is such a batch
   */
  private boolean proceed(Job job, byte[] content, Input input)
      throws FsException, BadRequestException {
    JobRecord record = job.record();
    JobRecord.Retried before = record.retried();
    if (before == null || !record.batch() || !before.sha256().equals(input.sha256())) {
      return false;
    }
    Map<String, Integer> ids = BatchFile.lines(content).ids(content);
    services
        .publisher()
        .lines(
            record,
            Names.OUTPUT,
            before.revision(),
            line -> {
              Integer number =
                  Json.object(line).map(o -> ids.get(Json.text(o, "custom_id"))).orElse(null);
              if (number != null) {
                services
                    .store()
                    .savePart(
                        record.id(), JobStore.FIRST_LINE + number, BatchOutput.answer(line), job);
              }
            });
    return true;
  }

  private void reject(Job job, Input input, JobError error) throws FsException {
    Instant now = services.timers().instant();
    steps.keep(job, job.record().rejected(input, error, now), Map.of(), true);
    steps.release(job);
    steps.announce(job);
    services.tally().failed();
  }
}
