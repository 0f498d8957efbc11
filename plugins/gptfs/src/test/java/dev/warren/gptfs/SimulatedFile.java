package dev.warren.gptfs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A file in the inbox of a simulation, with what its client knows and may expect. */
final class SimulatedFile {
  final String name;

  /** The prompt, or those of the lines of a batch. */
  List<String> prompts;

  /** All prompts that the file has ever had: its status may quote only errors for these. */
  final Set<String> ever;

  /** Whether the last change has failed, so that the client has to upload the file again. */
  boolean uncertain;

  /** Whether the client has cancelled the job. */
  boolean cancelled;

  /** Whether the client has read and removed the answer. */
  boolean collected;

  /** Whether the client itself may have caused several calls. */
  boolean excused;

  /** The version of the status when the client wanted a retry; empty if it never did. */
  String retried = "";

  SimulatedFile(String name, List<String> prompts) {
    this.name = name;
    this.prompts = prompts;
    ever = new HashSet<>(prompts);
  }

  /** The same content under another name. */
  SimulatedFile renamed(String to) {
    SimulatedFile file = new SimulatedFile(to, prompts);
    file.ever.addAll(ever);
    file.uncertain = uncertain;
    file.cancelled = cancelled;
    file.excused = excused;
    file.retried = retried;
    return file;
  }

  /** What a status is about: a job, and a revision of its file. */
  static String version(JsonNode status) {
    return status.path("job_id").asString("") + "." + status.path("revision").asInt();
  }

  boolean isBatch() {
    return name.endsWith(".jsonl");
  }

  /** The name of the files that are published for this one, without their suffixes. */
  String base() {
    return name.substring(0, name.lastIndexOf('.'));
  }

  String content() {
    return content(name, prompts);
  }

  static String content(String name, List<String> prompts) {
    if (!name.endsWith(".jsonl")) {
      return prompts.getFirst();
    }
    StringBuilder lines = new StringBuilder();
    for (String prompt : prompts) {
      lines.append(
          "{\"custom_id\":\"%s\",\"body\":{\"messages\":[{\"content\":\"%s\"}]}}%n"
              .formatted(prompt, prompt));
    }
    return lines.toString();
  }

  String sha256() {
    return sha256(content());
  }

  static String sha256(String content) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return name + " " + prompts;
  }
}
