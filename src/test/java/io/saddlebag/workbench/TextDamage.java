package io.saddlebag.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Texts as people, editors and torn disks leave them: what reads them has to end, with a value or a refusal (Q13). */
public final class TextDamage {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DEEP = 3000;

    private static final List<String> PIECES = List.of(
            "null",
            "~",
            "[]",
            "{}",
            "[null]",
            "-1",
            "0",
            "1e999",
            "99999999999999999999",
            "-9223372036854775808",
            "2147483648",
            "true",
            "\"\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\u0000",
            "\u0085",
            "\uFEFF",
            "\n",
            "\t",
            "\"",
            "'",
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "#",
            "*a",
            "&a ",
            "!!int ",
            "---\n",
            "...\n",
            "|\n",
            "? ",
            "<<: ",
            "%");

    /** In the place of what is somewhere in JSON. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "[]",
            "{}",
            "[null]",
            "{\"a\":{}}",
            "-1",
            "0",
            "0.5",
            "1e999",
            "2147483648",
            "9223372036854775807",
            "-9223372036854775808",
            "99999999999999999999",
            "\"\"",
            "\" \"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"../x\"",
            "\"+1000000000-12-31T23:59:59.999999999Z\"",
            "\"ffffffffffffffff\"",
            "\"-1\"",
            "\"=\"",
            "\"%\"");

    private TextDamage() {}

    /** Some bytes of it are others, missing, there twice, or not of any text. */
    public static byte[] ofBytes(byte[] text, Random random) {
        byte[] bytes = text;
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(Math.min(40, bytes.length - from + 1));
            byte[] piece = switch (random.nextInt(6)) {
                case 0 -> new byte[0];
                case 1 -> any(random);
                case 2 -> Arrays.copyOfRange(bytes, random.nextInt(from + 1), to);
                case 3 -> nested(random);
                default -> PIECES.get(random.nextInt(PIECES.size())).getBytes(UTF_8);
            };
            bytes = replaced(bytes, from, random.nextBoolean() ? from : to, piece);
        }
        return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)) : bytes;
    }

    /** It is JSON still, and one of its values is another, or missing, or the whole is. */
    public static byte[] ofJson(byte[] json, Random random) {
        try {
            JsonNode root = JSON.readTree(json);
            JsonNode value = JSON.readTree(VALUES.get(random.nextInt(VALUES.size())));
            List<JsonNode> holders = new ArrayList<>();
            collect(root, holders);
            JsonNode holder = holders.get(random.nextInt(holders.size()));
            if (holder instanceof ObjectNode object) {
                List<String> keys = new ArrayList<>();
                object.fieldNames().forEachRemaining(keys::add);
                String key = keys.get(random.nextInt(keys.size()));
                if (random.nextInt(5) == 0) {
                    object.remove(key);
                } else {
                    object.set(key, value);
                }
            } else if (holder instanceof ArrayNode array) {
                array.set(random.nextInt(array.size()), value);
            }
            return JSON.writeValueAsBytes(random.nextInt(50) == 0 ? value : root);
        } catch (IOException e) {
            throw new IllegalArgumentException("damage begins with what is whole", e);
        }
    }

    private static void collect(JsonNode node, List<JsonNode> holders) {
        if (node.isContainerNode() && !node.isEmpty()) {
            holders.add(node);
        }
        node.forEach(each -> collect(each, holders));
    }

    private static byte[] any(Random random) {
        byte[] any = new byte[random.nextInt(6)];
        random.nextBytes(any);
        return any;
    }

    /** So deep that whoever goes down by calling itself is lost. */
    private static byte[] nested(Random random) {
        if (random.nextInt(20) > 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        return (random.nextBoolean() ? "[" : "{\"a\":")
                .repeat(DEEP * (1 + random.nextInt(10)))
                .getBytes(UTF_8);
    }

    private static byte[] replaced(byte[] bytes, int from, int to, byte[] piece) {
        byte[] all = new byte[bytes.length - (to - from) + piece.length];
        System.arraycopy(bytes, 0, all, 0, from);
        System.arraycopy(piece, 0, all, from, piece.length);
        System.arraycopy(bytes, to, all, from + piece.length, bytes.length - to);
        return all;
    }
}
