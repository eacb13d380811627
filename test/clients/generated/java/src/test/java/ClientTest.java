import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.PortalUsersApi;
import org.openapitools.client.auth.ApiKeyAuth;
import org.openapitools.client.auth.HttpBearerAuth;
import org.openapitools.client.model.EmployeeType;
import org.openapitools.client.model.UserInfo;

/** What a Java client that was generated from the document makes of the mock's answers. */
class ClientTest {
  private static final JsonNode EXPECTED = read();
  private static final JsonNode KEYS = EXPECTED.get("apiKeys");
  private static final boolean IS_SERVER = text("profile").equals("server");

  private final PortalUsersApi owner = asKey("owner");

  @TestFactory
  Stream<DynamicTest> credentials() {
    JsonNode login = EXPECTED.get("login");
    int documentedOnly = IS_SERVER ? 401 : 200;
    return Stream.of(
        credential("ApiKeyBearer", documentedOnly, apiKey("ApiKeyBearer", KEYS.get("owner").asText())),
        // as a query parameter
        credential("asc_auth_key", documentedOnly, apiKey("asc_auth_key", text("sessionToken"))),
        credential("Basic", 200, basic(login.get("username").asText(), login.get("password").asText())),
        credential("Bearer, a session token", 200, bearer(text("sessionToken"))),
        credential("Bearer, an access token", 200, bearer(text("accessToken"))),
        credential("OAuth2", 200, client -> client.setAccessToken(text("accessToken"))),
        credential("none", 401, client -> {}),
        credential("ApiKeyBearer, unknown", 401, apiKey("ApiKeyBearer", KEYS.get("unknown").asText())),
        credential("Basic, wrong", 401, basic("owner@example.com", "wrong")),
        credential("Bearer, expired", 401, bearer(text("expiredAccessToken"))));
  }

  @TestFactory
  Stream<DynamicTest> invitations() {
    return elements("employeeTypes")
        .map(JsonNode::asText)
        .map(name -> dynamicTest("an invitation for " + name, () -> {
          EmployeeType type = EmployeeType.fromValue(name);
          assertTrue(owner.getInvitationLink(type).getResponse().matches(".*/s/[\\w-]{15}"));
          assertEquals("", asKey("guest").getInvitationLink(type).getResponse());
        }));
  }

  @TestFactory
  Stream<DynamicTest> users() {
    return elements("users")
        .map(user -> dynamicTest(user.get("email").asText() + ", member by member", () -> checkUser(user)));
  }

  @Test
  void usersCount() throws ApiException {
    assertEquals(EXPECTED.get("usersCount").asLong(), owner.getPortalUsersCount().getResponse());
  }

  @Test
  void giftMessage() throws ApiException {
    assertEquals(200, owner.markGiftMessageAsRead().getStatusCode());
  }

  @Test
  void congratulationsWithoutCredentials() throws ApiException {
    assertEquals(200, congratulate(text("confirmationKey")));
  }

  @TestFactory
  Stream<DynamicTest> refusals() {
    return Stream.of(
        refused("a guest counts users", 403, "Access denied", () -> asKey("guest").getPortalUsersCount()),
        refused("a key that may only read", 403, null, () -> asKey("readOnly").markGiftMessageAsRead()),
        refused("nobody has the id", 404, "The user could not be found",
            () -> owner.getUserById(UUID.fromString(text("nobody")))),
        refused("an expired key", 403, "Access denied", () -> congratulate(text("expiredConfirmationKey"))),
        refused("no key", IS_SERVER ? 400 : 403, IS_SERVER ? "Value cannot be null" : "Access denied",
            () -> congratulate("")));
  }

  private static DynamicTest credential(String name, int status, Consumer<ApiClient> configure) {
    return dynamicTest("credential: " + name, () -> {
      PortalUsersApi api = api(configure);
      Stream<Executable> guarded = Stream.of(
          () -> api.getInvitationLink(EmployeeType.fromValue("User")),
          api::getPortalUsersCount,
          () -> api.getUserById(UUID.fromString(text("owner"))),
          api::markGiftMessageAsRead);
      guarded.forEach(call -> {
        if (status == 200) {
          assertDoesNotThrow(call);
        } else {
          ApiException error = assertThrows(ApiException.class, call);
          assertEquals(status, error.getCode());
          assertTrue(isEmpty(error.getResponseBody()));
        }
      });
      UUID owner = UUID.fromString(text("owner"));
      assertEquals(200, api.sendCongratulations(owner, text("confirmationKey")).getStatusCode());
    });
  }

  private static DynamicTest refused(String name, int status, String message, Executable call) {
    return dynamicTest("refused: " + name, () -> {
      ApiException error = assertThrows(ApiException.class, call);
      assertEquals(status, error.getCode());
      String body = error.getResponseBody();
      assertTrue(message == null ? isEmpty(body) : body.contains(message), body);
    });
  }

  private void checkUser(JsonNode expected) throws Exception {
    UserInfo user = owner.getUserById(UUID.fromString(expected.get("id").asText())).getResponse();
    Set<String> held = new TreeSet<>();
    for (Method getter : UserInfo.class.getMethods()) {
      JsonProperty property = getter.getAnnotation(JsonProperty.class);
      Object value = property == null || getter.getParameterCount() > 0 ? null : getter.invoke(user);
      if (value == null) continue;
      held.add(property.value());
      check(property.value(), expected.get(property.value()), value);
    }
    Set<String> members = new TreeSet<>();
    expected.fieldNames().forEachRemaining(members::add);
    assertEquals(members, held);
  }

  private static void check(String member, JsonNode expected, Object value) throws Exception {
    if (value instanceof OffsetDateTime date) {
      assertEquals(OffsetDateTime.parse(expected.asText()).toInstant(), date.toInstant(), member);
    } else {
      Object plain = value instanceof Enum<?> ? value.getClass().getMethod("getValue").invoke(value) : value;
      assertEquals(expected.toString(), new ObjectMapper().writeValueAsString(plain), member);
    }
  }

  private static boolean isEmpty(String body) {
    return body == null || body.isEmpty();
  }

  private static int congratulate(String key) throws ApiException {
    return api(client -> {}).sendCongratulations(UUID.fromString(text("owner")), key).getStatusCode();
  }

  private static PortalUsersApi asKey(String name) {
    return api(bearer(KEYS.get(name).asText()));
  }

  private static PortalUsersApi api(Consumer<ApiClient> configure) {
    ApiClient client = new ApiClient().setBasePath(text("url"));
    configure.accept(client);
    return new PortalUsersApi(client);
  }

  private static Consumer<ApiClient> apiKey(String scheme, String value) {
    return client -> ((ApiKeyAuth) client.getAuthentication(scheme)).setApiKey(value);
  }

  private static Consumer<ApiClient> bearer(String token) {
    return client -> ((HttpBearerAuth) client.getAuthentication("Bearer")).setBearerToken(token);
  }

  private static Consumer<ApiClient> basic(String username, String password) {
    return client -> {
      client.setUsername(username);
      client.setPassword(password);
    };
  }

  private static Stream<JsonNode> elements(String member) {
    return StreamSupport.stream(EXPECTED.get(member).spliterator(), false);
  }

  private static String text(String member) {
    return EXPECTED.get(member).asText();
  }

  private static JsonNode read() {
    try {
      return new ObjectMapper().readTree(Files.readString(Path.of(System.getenv("EXPECTATIONS"))));
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }
}
