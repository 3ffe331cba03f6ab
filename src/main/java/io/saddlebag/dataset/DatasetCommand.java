package io.saddlebag.dataset;

import java.util.List;

/**
 * A program that is run before or after a backup, without a shell.
 *
 * @param arguments the program first, at least that
 * @param optional whether the backup goes on when it fails
 * @param at for messages: {@code file:line:column}
 */
public record DatasetCommand(List<String> arguments, boolean optional, String at) {
    public DatasetCommand {
        arguments = List.copyOf(arguments);
    }

    enum When {
        BEFORE,
        AFTER
    }

    @Override
    public String toString() {
        return String.join(" ", arguments);
    }
}
