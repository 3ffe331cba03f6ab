package io.saddlebag.tapeoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M28")
class DriveChoiceTest {
    private static DriveChoice parse(String text) {
        return TapeOptions.parse(Map.of("drives", text)).drives();
    }

    @Test
    void a_number_is_of_any_drives() {
        assertThat(TapeOptions.DEFAULT.drives()).isEqualTo(DriveChoice.ANY);
        assertThat(parse("1")).isEqualTo(DriveChoice.ANY);
        assertThat(parse(" 16 ")).isEqualTo(new DriveChoice(16, List.of()));
        assertThat(parse("2")).hasToString("2 drives");
        assertThat(parse("2").isNamed()).isFalse();
    }

    @Test
    void names_are_of_these_in_this_order() {
        assertThat(parse("left")).isEqualTo(new DriveChoice(1, List.of("left"))).hasToString("drive left");
        assertThat(parse("right, left")).isEqualTo(new DriveChoice(2, List.of("right", "left")));
        assertThat(parse("(TAPE1:,TAPE2:)")).isEqualTo(new DriveChoice(2, List.of("TAPE1", "TAPE2")));
        assertThat(parse("dte2,dte1")).hasToString("drives dte2, dte1");
    }

    @Test
    void what_is_none_is_refused_with_what_would_be() {
        for (String bad : new String[] {"0", "17", "-1", "99999999999", "left,,right", ",", "()"}) {
            assertThatThrownBy(() -> parse(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(
                            "option 'drives' is '" + bad + "'; valid are 1 to 16, or the names of so many drives");
        }
        assertThatThrownBy(() -> parse("left,LEFT"))
                .hasMessageContaining("drive 'LEFT' is named twice; valid are 1 to 16");
        assertThatThrownBy(() -> parse(String.join(",", named(17))))
                .hasMessageContaining("17 drives are named; valid are");
        assertThat(parse(String.join(",", named(16))).number()).isEqualTo(16);
    }

    private static List<String> named(int drives) {
        List<String> names = new java.util.ArrayList<>(Collections.nCopies(drives, ""));
        for (int i = 0; i < drives; i++) {
            names.set(i, "drive" + i);
        }
        return names;
    }
}
