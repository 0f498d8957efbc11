package dev.warren.testkit;

import static dev.warren.api.Errno.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warren.api.FileType;
import org.junit.jupiter.api.Test;

/** mkdir, rmdir. */
interface DirectoryCases extends ContractCases {
  @Test
  default void mkdirMakesAnEmptyDirectory() throws Exception {
    fs().mkdir(at("d"), 0750);
    assertThat(fs().stat(at("d")).type()).isEqualTo(FileType.DIRECTORY);
    assertThat(TestFiles.names(fs(), at("d"))).isEmpty();
  }

  @Test
  default void mkdirOfAnExistingNameIsEexist() throws Exception {
    directory("d");
    fails(() -> fs().mkdir(at("d"), 0755), EEXIST);
  }
}
