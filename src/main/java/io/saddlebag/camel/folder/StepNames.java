package io.saddlebag.camel.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;

/** The steps that Camel's YAML knows, from the schema that comes with it. */
final class StepNames {
    private static final String SCHEMA = "/schema/camelYamlDsl.json";
    private static final String STEPS = "/items/definitions/org.apache.camel.model.ProcessorDefinition/properties";

    private StepNames() {}

    /** Empty when the schema isn't there. */
    static Set<String> all() {
        Set<String> names = new TreeSet<>();
        try (InputStream schema = YamlRoutesBuilderLoader.class.getResourceAsStream(SCHEMA)) {
            if (schema != null) {
                JsonNode steps = new ObjectMapper().readTree(schema).at(STEPS);
                steps.fieldNames().forEachRemaining(names::add);
            }
        } catch (IOException e) {
            // only the hint gets shorter
            return names;
        }
        return names;
    }
}
