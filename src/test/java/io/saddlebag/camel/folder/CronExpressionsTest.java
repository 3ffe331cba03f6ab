package io.saddlebag.camel.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each field at its limits: the last value that is, and the first that isn't. */
@Tag("W19")
@Tag("W17")
class CronExpressionsTest {
    @Test
    void takes_what_quartz_fires_at() {
        for (String good : List.of(
                "0 0 2 * * ?",
                "59 59 23 31 12 ?",
                "0 0 0 1 1 ? 1970",
                "0/30 * * * * ?",
                "0 0 2 ? * MON-FRI",
                "0 0 2 ? JAN,DEC 1,7",
                "0 0 2 L * ?",
                "0 0 2 L-3 * ?",
                "0 0 2 LW * ?",
                "0 0 2 15W * ?",
                "0 0 2 ? * 6L",
                "0 0 2 ? * 6#3",
                "0 0 2 ? * L",
                "  0 0 2 * * ?  ")) {
            assertThat(CronExpressions.check(good)).as(good).isEmpty();
        }
    }

    @Test
    void refuses_values_that_never_come() {
        for (String bad : List.of(
                "60 0 2 * * ?",
                "0 60 2 * * ?",
                "0 0 24 * * ?",
                "0 0 2 32 * ?",
                "0 0 2 0 * ?",
                "0 0 2 * 13 ?",
                "0 0 2 * 0 ?",
                "0 0 2 ? * 8",
                "0 0 2 ? * 0",
                "0 0 2 ? * 6#6",
                "0 0 2 ? * MOO",
                "0 0/60 2 * * ?",
                "0 0-99 2 * * ?",
                "0 0,99 2 * * ?",
                "0 0 2 * * ? 1969")) {
            assertThat(CronExpressions.check(bad))
                    .as(bad)
                    .map(CronExpressions.Defect::rule)
                    .contains(RouteRule.CRON_OUT_OF_RANGE);
        }
    }

    @Test
    void refuses_another_number_of_fields_and_two_days() {
        for (String bad : List.of("", "0 2 * * *", "0 0 2 * * ? 2030 1", "0 0 2 1 * 1", "0 0 2 ? * ?")) {
            assertThat(CronExpressions.check(bad))
                    .as(bad)
                    .map(CronExpressions.Defect::rule)
                    .contains(RouteRule.CRON_MALFORMED);
        }
    }
}
