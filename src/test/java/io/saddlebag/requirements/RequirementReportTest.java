package io.saddlebag.requirements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequirementReportTest {
    @Test
    void a_claim_is_held_by_a_passed_test_or_by_one_skipped_with_a_reason() {
        var report = new RequirementReport(
                List.of("# all", "M6 # spanning", "", "J7", "W2", "W10"),
                List.of(
                        "M6\tSpanningTest.spans\tPASSED\t",
                        "J7\tBtrfsIT.snapshots\tSKIPPED\tno btrfs here",
                        "W2\tCardTest.runs\tSKIPPED\t"));

        assertThat(report.claimedUnheld()).containsExactly("W2", "W10");
        assertThat(report.claimedOnlySkipped()).containsExactly("J7");
        assertThat(report.table())
                .contains("| M6 | yes | passed | SpanningTest.spans |")
                .contains("| J7 | yes | skipped | BtrfsIT.snapshots (skipped: no btrfs here) |")
                .contains("| W10 | yes | NO TEST |  |");
    }

    @Test
    void one_failed_run_of_a_test_outweighs_those_that_passed() {
        var report = new RequirementReport(
                List.of("M6"), List.of("M6\tT.t\tPASSED\t", "M6\tT.t\tFAILED\tboom", "M6\tT.t\tPASSED\t"));

        assertThat(report.claimedUnheld()).containsExactly("M6");
        assertThat(report.table()).contains("| M6 | yes | FAILED | T.t (failed: boom) |");
    }

    @Test
    void the_build_fails_for_a_claim_that_no_test_holds(@TempDir Path folder) throws Exception {
        Path claims = Files.writeString(folder.resolve("claims.txt"), "D4\n");
        Path table = folder.resolve("table.md");

        assertThatThrownBy(() ->
                        RequirementReport.main(new String[] {folder.toString(), claims.toString(), table.toString()}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("claimed requirements without a test that passed, or that was skipped with a reason: D4");
        assertThat(table).content().contains("| D4 | yes | NO TEST |");
    }

    @Test
    void a_claim_that_is_no_id_is_refused() {
        assertThatThrownBy(() -> new RequirementReport(List.of("M6a"), List.of()))
                .hasMessage("\"M6a\" is claimed, but is no requirement id");
    }
}
