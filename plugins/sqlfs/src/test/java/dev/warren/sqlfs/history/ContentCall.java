package dev.warren.sqlfs.history;

/** A call that reads or writes the content of a file. */
sealed interface ContentCall {
  /** The file's name. */
  String file();

  /** Makes a content visible to all hosts. */
  record Publish(String file, int number) implements ContentCall {}

  /** Opens and reads the file; the result is the number of the content. */
  record Read(String file) implements ContentCall {}

  /** The content of one file, by its number; 0 before the first. */
  final class Rules implements Specification<Integer, ContentCall> {
    @Override
    public Integer initial() {
      return 0;
    }

    @Override
    public boolean isRead(ContentCall call, String result) {
      return call instanceof Read;
    }

    @Override
    public Outcome<Integer> apply(Integer state, ContentCall call) {
      return switch (call) {
        case Publish publish -> new Outcome<>(publish.number(), NameRules.DONE);
        case Read _ -> new Outcome<>(state, state.toString());
      };
    }
  }
}
