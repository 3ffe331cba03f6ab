package io.saddlebag.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.app.CommandLineInProcess.Said;

/** What an error owes its reader (E10): a stable id and what happened, what it means for the data, what to do. */
final class Explained {
    private Explained() {}

    static void by(Said said, String... words) {
        String text = said.out() + said.err();
        assertThat(text)
                .containsPattern("SBG-[A-Z]\\d{3} .+")
                .containsPattern("(?m)^ *DATA: .+")
                .containsPattern("(?m)^ *HINT: .+");
        for (String word : words) {
            assertThat(text).contains(word);
        }
    }
}
