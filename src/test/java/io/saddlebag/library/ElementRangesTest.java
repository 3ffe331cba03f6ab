package io.saddlebag.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("M12")
class ElementRangesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1-3 | [se1, se2, se3]",
                "se2-4 | [se2, se3, se4]",
                "iee1-iee2 | [iee1, iee2]",
                "5 | [se5]",
                "iee | [iee1]",
                "dte1-1 | [dte1]",
                "2,4-5,iee1 | [se2, se4, se5, iee1]",
            })
    void ranges_name_several_elements(String text, String elements) {
        assertThat(Element.parseAll(text)).hasToString(elements);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "3-1", "se1-iee2", "1-", "-3", "1--3", "1,1", "1-3,2", "0-2", "1-99999999999", "a-b", "1,"})
    void what_is_no_range_is_refused(String text) {
        assertThatThrownBy(() -> Element.parseAll(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
