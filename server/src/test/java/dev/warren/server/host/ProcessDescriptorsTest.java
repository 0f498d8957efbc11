package dev.warren.server.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessDescriptorsTest {
  /** The limit in the format of Linux. */
  @ParameterizedTest
  @CsvSource({"300, 300", "1048576, 1048576", "unlimited, 2147483647"})
  void theSoftLimitApplies(String soft, long expected) throws Exception {
    List<String> lines =
        List.of(
            "Limit                     Soft Limit           Hard Limit           Units     ",
            "Max processes             31184                31184                processes ",
            "Max open files            %-20s 1048576              files     ".formatted(soft));
    assertThat(ProcessDescriptors.allowed(lines)).isEqualTo(expected);
    assertThatThrownBy(() -> ProcessDescriptors.allowed(lines.subList(0, 2)))
        .isInstanceOf(IOException.class);
  }

  /** A third is reserved for the host, within limits. */
  @ParameterizedTest
  @CsvSource({"64, 60, 0", "300, 90, 110", "1024, 100, 583", "65536, 100, 61340", "0, 0, 0"})
  void clientsGetWhatIsLeft(long allowed, long open, int clients) {
    assertThat(ProcessDescriptors.forClients(allowed, open)).isEqualTo(clients);
  }

  @Test
  void thisProcessHasABudget() throws Exception {
    assertThat(ProcessDescriptors.budget().limit()).isPositive();
  }
}
