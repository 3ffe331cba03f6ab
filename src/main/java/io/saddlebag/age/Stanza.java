package io.saddlebag.age;

import java.util.List;

/**
 * A part of a header that wraps the file key for one recipient (age, "Recipient stanza").
 *
 * @param arguments the first is the recipient's type
 * @param body not copied
 */
record Stanza(List<String> arguments, byte[] body) {
    Stanza {
        arguments = List.copyOf(arguments);
    }

    String type() {
        return arguments.get(0);
    }
}
