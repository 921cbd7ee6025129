package dev.weir.wire.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeReaderTest {
    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "\"0\"", "\"\"", "9007199254740993", "12345678901234567890", "1.0", "1e3",
        "-0", "\"a\\\"b\\\\\"", "\"a/b\\u0000\\ud800\"", "\"\u00e9\u4e16\ud83d\ude00\""})
    void case25IdsStayAsTheyAre(String id) {
        assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"m\"}"))
                .isEqualTo(new Envelope.Request(id, "m", ""));
        assertThat(read("{ \"result\" : {} , \"id\" : " + id + " , \"jsonrpc\":\"2.0\" }"))
                .isEqualTo(new Envelope.Response(id, false, ""));
        assertThat(read("{\"error\":{},\"jsonrpc\":\"2.0\",\"id\":" + id + "}"))
                .isEqualTo(new Envelope.Response(id, true, ""));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '|', value = {"\"\\u00e9\",\"\u00e9\"", "\"a\\/b\",\"a/b\"",
        "\"\\u0041\\n\",\"A\\u000a\"", "\"\\ud83d\\ude00\",\"\ud83d\ude00\""})
    void idsThatAreTheSameStringAreTheSameId(String written, String otherwise) {
        assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":" + written + ",\"method\":\"m\"}"))
                .isEqualTo(read("{\"jsonrpc\":\"2.0\",\"id\":" + otherwise + ",\"method\":\"m\"}"))
                .isEqualTo(new Envelope.Request(otherwise, "m", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
    void otherEncodingsThanUtf8AreNoJson(String charset) {
        byte[] line = "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"m\"}".getBytes(Charset.forName(charset));
        assertThat(EnvelopeReader.read(line)).isEqualTo(new Envelope.NotJson());
        assertThat(EnvelopeReader.begun(line)).isInstanceOf(Envelope.Invalid.class);
    }

    @Test
    void aByteOrderMarkIsPassedOver() {
        assertThat(read("\ufeff{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"m\"}"))
                .isEqualTo(new Envelope.Request("7", "m", ""));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '|', delimiter = ';', value = {"\"result\":{},\"error\":null; false",
        "\"error\":null,\"result\":1; false", "\"result\":null,\"error\":{}; true",
        "\"result\":null,\"error\":null; false", "\"result\":null; false", "\"error\":null; true",
        "\"method\":null,\"params\":null,\"result\":{},\"error\":null; false"})
    void aNullBesideTheOtherCountsForNothing(String members, boolean isError) {
        assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":7," + members + "}"))
                .isEqualTo(new Envelope.Response("7", isError, ""));
    }

    @Test
    void requestsMayCarryEmptyAnswers() {
        assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"m\",\"result\":null,\"error\":null}"))
                .isEqualTo(new Envelope.Request("7", "m", ""));
    }

    @Test
    void anErrorWithoutAnIdIsNothingToAnswer() {
        assertThat(read("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32700,\"message\":\"?\"}}"))
                .isEqualTo(new Envelope.Response("null", true, ""));
    }

    @Test
    void aLineOfVeryManyNamesIsWalkedOver() {
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            names.append(",\"name").append(i).append("\":1");
        }
        assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":7" + names + ",\"method\":\"m\"}"))
                .isEqualTo(new Envelope.Request("7", "m", ""));
    }

    @Test
    void aLongIdIsAnIdAndAnEndlessOneIsNot() {
        String thousand = "\"" + "x".repeat(1000) + "\"";
        assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":" + thousand + ",\"method\":\"m\"}"))
                .isEqualTo(new Envelope.Request(thousand, "m", ""));
        assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":\"" + "x".repeat(100_000) + "\",\"method\":\"m\"}"))
                .isInstanceOf(Envelope.Invalid.class);
    }

    @Test
    void sessionsAreReadFromParametersAndResultsOnly() {
        assertThat(read("{\"jsonrpc\":\"2.0\",\"method\":\"session/cancel\",\"params\":{\"sessionId\":\"s\"}}"))
                .isEqualTo(new Envelope.Notification("session/cancel", "s"));
        assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":{\"sessionId\":\"no\"},\"sessionId\":\"s\"}}"))
                .isEqualTo(new Envelope.Response("1", false, "s"));
        assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":[{\"sessionId\":\"no\"}],"
                + "\"sessionId\":\"no\"}")).isEqualTo(new Envelope.Request("1", "m", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "hello", "{", "{\"a\":1", "{\"a\":1}}", "{} {}", "[1", "{'a':1}", "\u001b[0m{}",
        "{\"a\":\"\u0001\"}", "nul", "{\"a\":01}"})
    void case18WhatIsNoJson(String line) {
        assertThat(read(line)).isEqualTo(new Envelope.NotJson());
    }

    @Test
    void bytesThatAreNoUtf8AreNoJson() {
        byte[] line = "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"a\":\"x\"}}"
                .getBytes(StandardCharsets.UTF_8);
        for (int bad : new int[]{0x80, 0xff, 0xc3, 0xed}) {
            byte[] changed = line.clone();
            changed[line.length - 4] = (byte) bad;
            assertThat(EnvelopeReader.read(changed)).isEqualTo(new Envelope.NotJson());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}]", "42", "\"x\"", "null", "true"})
    void case19OtherValuesThanObjects(String line) {
        assertThat(read(line)).isEqualTo(new Envelope.Invalid("null", "not a JSON object"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"jsonrpc\":\"2.0\",\"id\":11}", "{\"id\":11,\"method\":\"m\"}",
        "{\"jsonrpc\":\"1.0\",\"id\":11,\"method\":\"m\"}", "{\"jsonrpc\":2.0,\"id\":11,\"method\":\"m\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":11,\"method\":7}", "{\"jsonrpc\":\"2.0\",\"id\":11,\"result\":1,\"error\":{}}",
        "{\"jsonrpc\":\"2.0\",\"id\":11,\"method\":\"m\",\"result\":1}"})
    void case20InvalidMessagesKeepTheirId(String line) {
        assertThat(((Envelope.Invalid) read(line)).id()).isEqualTo("11");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"level\":\"info\"}", "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"m\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":[1],\"method\":\"m\"}", "{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"m\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"m\"}", "{\"jsonrpc\":\"2.0\",\"result\":{}}"})
    void invalidMessagesWithoutAUsableId(String line) {
        assertThat(((Envelope.Invalid) read(line)).id()).isEqualTo("null");
    }

    private static Envelope begun(String beginning) {
        return EnvelopeReader.begun(beginning.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatACutLineIsIsFoundIfItCameSoon() {
        assertThat(begun("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"m\",\"params\":{\"a\":\"xxx"))
                .isEqualTo(new Envelope.Request("7", "m", ""));
        assertThat(begun("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"method\":\"xxx"))
                .isEqualTo(new Envelope.Response("7", false, ""));
        assertThat(begun("{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"message\":\"xxx"))
                .isEqualTo(new Envelope.Response("7", true, ""));
        assertThat(begun("{\"result\":\"xxx")).isEqualTo(new Envelope.Response("null", false, ""));
        assertThat(begun("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":[\"xxx"))
                .isEqualTo(new Envelope.Notification("m", ""));
        assertThat(begun("{\"params\":{\"id\":8,\"a\":\"xxx")).isInstanceOf(Envelope.Invalid.class)
                .hasFieldOrPropertyWithValue("id", "null");
        assertThat(begun("no json")).isInstanceOf(Envelope.Invalid.class);
        assertThat(begun("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"m\",\"result\":1,\"error\":{}}"))
                .isEqualTo(new Envelope.Response("7", true, ""));
    }

    @Test
    void deepNestingAndNoiseDoNotBreakTheReader() {
        assertThat(
                read("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":" + "[".repeat(5000) + "]".repeat(5000) + "}"))
                .isEqualTo(new Envelope.NotJson());
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        byte[] valid = "{\"jsonrpc\":\"2.0\",\"id\":\"\u00e9\",\"method\":\"m\",\"params\":{\"sessionId\":\"s\"}}"
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 50_000; i++) {
            byte[] changed = valid.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            assertThat(EnvelopeReader.read(changed)).isNotNull();
            assertThat(EnvelopeReader.begun(changed)).isNotNull();
        }
    }

    private static Envelope read(String line) {
        return EnvelopeReader.read(line.getBytes(StandardCharsets.UTF_8));
    }
}
