package io.saddlebag.database.oracle;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an instance answered instead of doing what it was told. Never leaves this package. */
final class OracleError extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient List<OraMessage> messages;

    /** @param said for people when there is no message in it */
    OracleError(List<OraMessage> messages, String said, @Nullable Throwable cause) {
        super(
                messages.isEmpty()
                        ? said
                        : messages.stream().map(OraMessage::toString).collect(Collectors.joining(" / ")),
                cause);
        this.messages = List.copyOf(messages);
    }

    List<OraMessage> messages() {
        return messages;
    }

    /** Whether it names one of these. */
    boolean has(int... ora) {
        return first(ora).isPresent();
    }

    Optional<OraMessage> first(int... ora) {
        return messages.stream()
                .filter(message -> !message.facility().equals("SP2"))
                .filter(message -> java.util.Arrays.stream(ora).anyMatch(number -> number == message.number()))
                .findFirst();
    }

    /** Whether all that it names are among these. */
    boolean hasOnly(int... ora) {
        return !messages.isEmpty()
                && messages.stream()
                        .allMatch(
                                message -> java.util.Arrays.stream(ora).anyMatch(number -> number == message.number()));
    }
}
