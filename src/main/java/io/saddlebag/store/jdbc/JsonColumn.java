package io.saddlebag.store.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.SQLDataException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Small maps and lists of texts in one column, as JSON. */
public final class JsonColumn {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> MAP = new TypeReference<>() {};
    private static final TypeReference<List<String>> LIST = new TypeReference<>() {};

    private JsonColumn() {}

    public static String of(Map<String, String> facts) {
        return write(new TreeMap<>(facts));
    }

    public static String of(List<String> texts) {
        return write(texts);
    }

    public static Map<String, String> map(String column) throws SQLDataException {
        return read(column, MAP);
    }

    public static List<String> list(String column) throws SQLDataException {
        return read(column, LIST);
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not writable as JSON: " + value, e);
        }
    }

    private static <T> T read(String column, TypeReference<T> type) throws SQLDataException {
        try {
            return JSON.readValue(column, type);
        } catch (JsonProcessingException e) {
            throw new SQLDataException("'" + column + "' is not the JSON that was stored", e);
        }
    }
}
