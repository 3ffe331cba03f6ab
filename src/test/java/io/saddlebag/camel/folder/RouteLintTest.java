package io.saddlebag.camel.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.camel.folder.local.LocalRouteFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each finding with its whole text, as it is what an operator has to mend the file with. */
class RouteLintTest {
    @TempDir
    Path root;

    private Folder folder;
    private final RouteLint lint = new RouteLint(DefaultCamelContext::new, new LocalRouteFiles());

    @BeforeEach
    void handle_errors_everywhere() {
        folder = Folder.with(root);
    }

    private List<String> lint(String text) throws Exception {
        folder.put("a.yaml", text);
        return lint.lint(root).stream()
                .map(finding -> finding.text().replace(root + "/", ""))
                .toList();
    }

    private static String error(String where, String what, String hint) {
        return where + ": " + what + "\nDATA: the file isn't taken, and what ran before goes on\nHINT: " + hint;
    }

    private static String warning(String where, String what, String hint) {
        return where + ": " + what + "\nDATA: the file is taken as it is\nHINT: " + hint;
    }

    @Test
    @Tag("W19")
    void finds_nothing_in_a_good_file() throws Exception {
        assertThat(lint("""
                        - route:
                            id: nightly
                            from:
                              uri: timer
                              parameters: { timerName: t, period: 3000 }
                              steps:
                                - setBody: { constant: "hello" }
                                - to: "log:x?showHeaders=true"
                        """)).isEmpty();
    }

    @Test
    @Tag("W19")
    @Tag("E10")
    void a_syntax_error_is_shown_with_its_place() throws Exception {
        assertThat(lint("""
                        - route:
                            id: nightly
                            from: { uri: "timer:t"
                        """))
                .containsExactly(error(
                        "a.yaml:4:1",
                        "SBG-R001 the file isn't YAML: while parsing a flow mapping expected ',' or '}', but got"
                                + " <stream end>",
                        "Mend the line or the one above it: indent with blanks only, one space after each colon, quotes"
                                + " closed."));
    }

    @Test
    @Tag("W19")
    @Tag("E10")
    void an_unknown_step_is_named_with_what_was_meant() throws Exception {
        assertThat(lint("""
                        - route:
                            id: nightly
                            from:
                              uri: direct:a
                              steps:
                                - setBdy: { constant: "hello" }
                        """))
                .containsExactly(error(
                        "a.yaml:6:11", "SBG-R002 there is no step or field 'setBdy' here", "Did you mean 'setBody'?"));
    }

    @Test
    @Tag("W19")
    @Tag("E10")
    @Tag("E3")
    void a_misspelt_option_is_named_with_what_was_meant() throws Exception {
        assertThat(lint("""
                        - route:
                            id: nightly
                            from:
                              uri: timer
                              parameters:
                                timerName: t
                                perod: 3000
                              steps:
                                - to: "log:x?shwHeaders=true"
                        """))
                .containsExactly(
                        error("a.yaml:7:9", "SBG-R003 option 'perod' is unknown to 'timer'", "Did you mean 'period'?"),
                        error(
                                "a.yaml:9:15",
                                "SBG-R003 option 'shwHeaders' is unknown to 'log'",
                                "Did you mean 'showHeaders'?"));
    }

    @Test
    @Tag("W19")
    void an_option_with_an_impossible_value_says_what_is_valid() throws Exception {
        assertThat(lint("""
                        - route:
                            id: nightly
                            from:
                              uri: timer:t
                              parameters:
                                fixedRate: perhaps
                              steps:
                                - log: "x"
                        """))
                .containsExactly(error(
                        "a.yaml:6:9", "SBG-R004 option 'fixedRate' of 'timer' is 'perhaps'", "Valid: true or false."));
    }

    @Test
    @Tag("W19")
    @Tag("E10")
    void an_endpoint_that_is_a_placeholders_default_is_checked_as_what_it_becomes() throws Exception {
        assertThat(lint("""
                        - routeTemplate:
                            id: ticking
                            parameters: [{ name: trigger }]
                            from:
                              uri: "{{trigger}}"
                              steps:
                                - log: "tick"
                        - templatedRoute:
                            routeTemplateRef: ticking
                            routeId: good
                            parameters:
                              - { name: trigger, value: "{{site.trigger:timer:a?period=3000&fixedRate=true}}" }
                        - templatedRoute:
                            routeTemplateRef: ticking
                            routeId: bad
                            parameters:
                              - { name: trigger, value: "{{site.trigger:timer:b?fixedRate=perhaps}}" }
                        """))
                .containsExactly(error(
                        "a.yaml:17:9", "SBG-R004 option 'fixedRate' of 'timer' is 'perhaps'", "Valid: true or false."));
    }

    @Test
    @Tag("W19")
    @Tag("E10")
    void an_unknown_scheme_is_named_with_what_was_meant() throws Exception {
        assertThat(lint("""
                        - route:
                            id: nightly
                            from:
                              uri: tmier:t
                              steps:
                                - log: "x"
                        """))
                .containsExactly(
                        error("a.yaml:4:12", "SBG-R005 there is no component 'tmier'", "Did you mean 'timer'?"));
    }

    @Test
    @Tag("W19")
    void missing_beans_are_named() throws Exception {
        String hint = "Declare it under 'beans:', bind it in the application, or mend the name.";
        assertThat(lint("""
                        - route:
                            id: nightly
                            from:
                              uri: direct:a
                              steps:
                                - bean: { ref: cleaner }
                        """)).containsExactly(error("a.yaml:6:24", "SBG-R006 there is no bean 'cleaner'", hint));
        assertThat(lint("""
                        - route:
                            id: nightly
                            from:
                              uri: file:in
                              parameters: { readLock: changed, filter: "#picky" }
                              steps:
                                - log: "x"
                        """)).containsExactly(error("a.yaml:5:40", "SBG-R006 there is no bean 'picky'", hint));
    }

    @Test
    @Tag("W19")
    void a_missing_property_is_named() throws Exception {
        assertThat(lint("""
                        - route:
                            id: nightly
                            from:
                              uri: "timer:t?period={{every}}"
                              steps:
                                - log: "x"
                        """))
                .containsExactly(error(
                        "a.yaml:4:12",
                        "SBG-R022 there is no property 'every'",
                        "Set it in the configuration, or write '{{every:default}}'."));
    }

    @Test
    @Tag("W19")
    @Tag("W17")
    void a_cron_field_out_of_range_is_refused_in_the_uri_and_in_parameters() throws Exception {
        String hint = "In a cron expression minutes is 0 to 59; lists (,), ranges (-) and steps (/) of them.";
        assertThat(lint("""
                        - route:
                            id: nightly
                            from:
                              uri: "quartz:n?stateful=true&cron=0+99+2+*+*+?"
                              steps:
                                - log: "x"
                        """))
                .containsExactly(error("a.yaml:4:12", "SBG-R008 cron '0 99 2 * * ?' has minutes '99'", hint));
        assertThat(lint("""
                        - route:
                            id: nightly
                            from:
                              uri: quartz:n
                              parameters:
                                stateful: true
                                cron: "0 99 2 * * ?"
                              steps:
                                - log: "x"
                        """))
                .containsExactly(error("a.yaml:7:9", "SBG-R008 cron '0 99 2 * * ?' has minutes '99'", hint));
    }

    @Test
    @Tag("W18")
    void a_schedule_that_may_overlap_itself_is_a_warning() throws Exception {
        assertThat(lint("""
                        - route:
                            id: nightly
                            from:
                              uri: "quartz:n?cron=0+0+2+*+*+?"
                              steps:
                                - log: "x"
                        """))
                .containsExactly(warning(
                        "a.yaml:4:12",
                        "SBG-R012 a run that takes longer than its interval gets a second one beside it",
                        "Add 'stateful: true'; the next run then begins when the one before has ended."));
    }

    @Test
    @Tag("W17")
    void a_file_consumer_without_read_lock_is_refused() throws Exception {
        String route = """
                - route:
                    id: drop
                    from:
                      uri: "file:in%s"
                      steps:
                        - log: "x"
                """;
        for (String lock : List.of("", "?readLock=none")) {
            assertThat(lint(route.formatted(lock)))
                    .containsExactly(error(
                            "a.yaml:4:12",
                            "SBG-R013 files are taken while they are still being written",
                            "Add 'readLock: changed' with 'readLockMinAge: 2s', or a 'doneFileName'."));
        }
        assertThat(lint(route.formatted("?readLock=changed&readLockMinAge=2s"))).isEmpty();
        assertThat(lint(route.formatted("?doneFileName=${file:name}.done"))).isEmpty();
    }

    @Test
    @Tag("W4")
    @Tag("W19")
    void a_command_whose_exit_code_nobody_looks_at_is_refused() throws Exception {
        String route = """
                - route:
                    id: stop
                    from:
                      uri: "direct:stop"
                      steps:
                        - to: "exec:stop.sh%s"
                """;
        assertThat(lint(route.formatted("")))
                .containsExactly(error(
                        "a.yaml:6:15",
                        "SBG-R014 a command that fails or runs into its timeout counts as done",
                        "Add 'exitValues: 0', or look at the header CamelExecExitValue."));
        assertThat(lint(route.formatted("?exitValues=0"))).isEmpty();
    }

    @Test
    @Tag("W19")
    void a_route_that_handles_no_errors_is_refused() throws Exception {
        folder.delete("0-errors.yaml");
        String route = """
                - route:
                    id: nightly
                    from:
                      uri: direct:a
                      steps:
                        - log: "x"
                """;
        assertThat(lint(route))
                .containsExactly(error(
                        "a.yaml:2:9",
                        "SBG-R010 route 'nightly' says nowhere what happens when a step fails",
                        "Add a 'routeConfigurationId:', or an 'errorHandler:', 'onException:' or 'doTry:'; or put a"
                                + " 'routeConfiguration:' without id into the folder, which is for all routes."));
        assertThat(lint("""
                        - onException:
                            exception: [ "java.lang.Exception" ]
                            steps:
                              - log: "failed"
                        """ + route)).isEmpty();
    }

    @Test
    @Tag("W19")
    void a_configuration_with_an_id_is_only_for_routes_that_name_it() throws Exception {
        folder.put(
                "0-errors.yaml",
                Folder.HANDLER.replace("- routeConfiguration:", "- routeConfiguration:\n    id: alarm"));
        String route = """
                - route:
                    id: nightly
                    %s
                    from:
                      uri: direct:a
                      steps:
                        - log: "x"
                """;
        assertThat(lint(route.formatted("description: x")))
                .singleElement()
                .asString()
                .contains("SBG-R010");
        assertThat(lint(route.formatted("routeConfigurationId: alarm"))).isEmpty();
        assertThat(lint(route.formatted("routeConfigurationId: alrm")))
                .containsExactly(error(
                        "a.yaml:3:27",
                        "SBG-R011 there is no route configuration 'alrm', and Camel would run the route without any"
                                + " error handling",
                        "Did you mean 'alarm'?"));
    }

    @Test
    @Tag("W19")
    @Tag("E10")
    void a_duplicate_id_is_shown_with_both_places() throws Exception {
        String route = """
                - route:
                    id: nightly
                    from:
                      uri: direct:%s
                      steps:
                        - log: "x"
                """;
        folder.put("b.yaml", route.formatted("b"));
        assertThat(lint(route.formatted("a") + route.formatted("c")))
                .containsExactly(
                        error(
                                "a.yaml:8:9",
                                "SBG-R009 route 'nightly' is declared already, in line 2",
                                "Give one of the two another id, or delete one."),
                        error(
                                "b.yaml:2:9",
                                "SBG-R009 route 'nightly' is declared already, in a.yaml:2",
                                "Give one of the two another id, or delete one."));
    }

    @Test
    @Tag("W19")
    void a_copy_of_a_file_is_a_duplicate() throws Exception {
        String route = """
                - route:
                    id: nightly
                    from:
                      uri: direct:a
                      steps:
                        - log: "x"
                """;
        folder.put("b.yaml", route);

        assertThat(lint(route)).singleElement().asString().startsWith("b.yaml:2:9: SBG-R009");
    }

    private static final String TEMPLATE = """
            - routeTemplate:
                id: file-to-log
                parameters:
                  - name: cron
                  - { name: level, defaultValue: INFO }
                from:
                  uri: quartz:t
                  parameters: { cron: "{{cron}}", stateful: true }
                  steps:
                    - to: { uri: log, parameters: { loggerName: x, level: "{{level}}" } }
            """;

    @Test
    @Tag("W19")
    @Tag("E4")
    void an_instance_is_checked_against_its_template() throws Exception {
        folder.put("t.yaml", TEMPLATE);
        String instance = """
                - templatedRoute:
                    routeTemplateRef: %s
                    routeId: night
                    parameters:
                      - { name: %s, value: "%s" }
                """;
        assertThat(lint(instance.formatted("file-to-log", "cron", "0 0 2 * * ?")))
                .isEmpty();
        assertThat(lint(instance.formatted("file-to-lag", "cron", "0 0 2 * * ?")))
                .containsExactly(error(
                        "a.yaml:3:14",
                        "SBG-R016 there is no route template 'file-to-lag'",
                        "Did you mean 'file-to-log'?"));
        assertThat(lint(instance.formatted("file-to-log", "corn", "0 0 2 * * ?")))
                .containsExactly(
                        error(
                                "a.yaml:3:14",
                                "SBG-R015 'night' lacks cron, which template 'file-to-log' in t.yaml needs",
                                "Add '- { name: cron, value: ... }' to its parameters."),
                        error(
                                "a.yaml:5:9",
                                "SBG-R003 template 'file-to-log' has no parameter 'corn'",
                                "Did you mean 'cron'?"));
        assertThat(lint(instance.formatted("file-to-log", "cron", "0 0 24 * * ?")))
                .containsExactly(error(
                        "a.yaml:5:9",
                        "SBG-R008 cron '0 0 24 * * ?' has hours '24'",
                        "In a cron expression hours is 0 to 23; lists (,), ranges (-) and steps (/) of them."));
    }

    @Test
    @Tag("W19")
    @Tag("W17")
    void a_trigger_that_an_instance_gives_as_a_whole_is_checked_there() throws Exception {
        folder.put("t.yaml", """
                - routeTemplate:
                    id: on-trigger
                    parameters:
                      - name: trigger
                    from:
                      uri: "{{trigger}}"
                      steps:
                        - log: "x"
                """);
        String instance = """
                - templatedRoute:
                    routeTemplateRef: on-trigger
                    routeId: night
                    parameters:
                      - { name: trigger, value: "%s" }
                """;
        assertThat(lint(instance.formatted("quartz:n?cron=0+0+2+*+*+?&stateful=true")))
                .isEmpty();
        assertThat(lint(instance.formatted("quartz:n?cron=0+60+2+*+*+?&stateful=true")))
                .singleElement()
                .asString()
                .startsWith("a.yaml:5:9: SBG-R008 cron '0 60 2 * * ?' has minutes '60'");
        assertThat(lint(instance.formatted("file:in")))
                .singleElement()
                .asString()
                .startsWith("a.yaml:5:9: SBG-R013");
        assertThat(lint(instance.formatted("tmier:t")))
                .singleElement()
                .asString()
                .startsWith("a.yaml:5:9: SBG-R005 there is no component 'tmier'");
    }

    @Test
    @Tag("W19")
    @Tag("J4")
    void an_option_that_is_left_to_the_instance_may_be_left_out() throws Exception {
        folder.put("t.yaml", Files.readString(Path.of("routes/templates/continuous-journals.yaml")));
        String instance = """
                - templatedRoute:
                    routeTemplateRef: continuous-journals
                    routeId: journals
                    parameters:
                      - { name: journals, value: wal }
                      - { name: pool, value: disk }
                """;

        assertThat(lint(instance)).isEmpty();
        assertThat(lint(instance + "      - { name: family, value: nightly }\n"))
                .isEmpty();
    }

    @Test
    @Tag("W19")
    void the_templates_of_a_single_file_are_looked_for_beside_it() throws Exception {
        folder.put("t.yaml", TEMPLATE);
        Path file = folder.put("a.yaml", """
                - templatedRoute:
                    routeTemplateRef: file-to-log
                    routeId: night
                    parameters:
                      - { name: cron, value: "0 0 2 * * ?" }
                """);

        assertThat(lint.lint(file)).isEmpty();
    }

    @Test
    @Tag("W19")
    void an_empty_file_or_one_that_is_no_list_is_refused() throws Exception {
        String hint = "Begin entries with a dash, as in '- route:', '- routeTemplate:' or '- templatedRoute:'.";
        assertThat(lint("")).containsExactly(error("a.yaml", "SBG-R001 the file is empty", hint));
        assertThat(lint("route: x\n"))
                .containsExactly(error("a.yaml:1:1", "SBG-R001 the file isn't a list of routes", hint));
    }

    @Test
    @Tag("W19")
    void a_lint_leaves_no_traces() throws Exception {
        Path in = root.resolve("in");
        List<Path> before = list();
        assertThat(lint("""
                        - route:
                            id: drop
                            from:
                              uri: "file:%s?readLock=changed"
                              steps:
                                - to: "file:%s-out"
                        - route:
                            id: tick
                            from:
                              uri: "timer:t?delay=0"
                              steps:
                                - to: "file:%s-ticks"
                        """.formatted(in, in, in))).isEmpty();
        assertThat(list()).hasSize(before.size() + 1);
    }

    private List<Path> list() throws Exception {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.sorted().toList();
        }
    }

    @Test
    @Tag("W19")
    void hidden_and_temporary_files_are_no_routes() throws Exception {
        folder.put(".a.yaml", "x");
        folder.put("#a.yaml", "x");
        folder.put("a.yaml~", "x");
        folder.put("a.yaml.error", "x");
        folder.put(".a.yaml.swp", "x");

        assertThat(lint.lint(root)).isEmpty();
    }
}
