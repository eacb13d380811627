package docspace

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

// What a Go client that was generated from the document makes of the mock's answers.

type expectations struct {
	URL                    string
	Profile                string
	UsersCount             int64
	EmployeeTypes          []EmployeeType
	Users                  []map[string]any
	Nobody                 string
	Owner                  string
	APIKeys                map[string]string
	Login                  struct{ Username, Password string }
	SessionToken           string
	AccessToken            string
	ExpiredAccessToken     string
	ConfirmationKey        string
	ExpiredConfirmationKey string
}

var expected = read()

func read() (read expectations) {
	content, err := os.ReadFile(os.Getenv("EXPECTATIONS"))
	if err == nil {
		err = json.Unmarshal(content, &read)
	}
	if err != nil {
		panic(err)
	}
	return read
}

func isServer() bool { return expected.Profile == "server" }

func api() *PortalUsersAPIService {
	configuration := NewConfiguration()
	configuration.Servers = ServerConfigurations{{URL: expected.URL}}
	return NewAPIClient(configuration).PortalUsersAPI
}

func asKey(name string) context.Context {
	return context.WithValue(context.Background(), ContextAccessToken, expected.APIKeys[name])
}

func TestCredentials(t *testing.T) {
	documentedOnly := 200
	if isServer() {
		documentedOnly = 401
	}
	token := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: expected.AccessToken})
	for name, credential := range map[string]struct {
		key    any
		value  any
		status int
	}{
		"ApiKeyBearer":         {ContextAPIKeys, map[string]APIKey{"ApiKeyBearer": {Key: expected.APIKeys["owner"]}}, documentedOnly},
		"Basic":                {ContextBasicAuth, BasicAuth{UserName: expected.Login.Username, Password: expected.Login.Password}, 200},
		"Bearer session token": {ContextAccessToken, expected.SessionToken, 200},
		"Bearer access token":  {ContextAccessToken, expected.AccessToken, 200},
		"OAuth2":               {ContextOAuth2, token, 200},
		"none":                 {contextKey("none"), nil, 401},
		"ApiKeyBearer unknown": {ContextAPIKeys, map[string]APIKey{"ApiKeyBearer": {Key: expected.APIKeys["unknown"]}}, 401},
		"Basic wrong":          {ContextBasicAuth, BasicAuth{UserName: "owner@example.com", Password: "wrong"}, 401},
		"Bearer expired":       {ContextAccessToken, expected.ExpiredAccessToken, 401},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.WithValue(context.Background(), credential.key, credential.value)
			for operation, call := range guarded(ctx) {
				response, err := call()
				if credential.status != 200 {
					checkRefusal(t, response, err, credential.status, "")
				} else if err != nil || response.StatusCode != 200 {
					t.Errorf("%s: %v", operation, err)
				}
			}
			_, _, err := api().SendCongratulations(ctx).Userid(expected.Owner).Key(expected.ConfirmationKey).Execute()
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// guarded has the operations that ask who is calling.
func guarded(ctx context.Context) map[string]func() (*http.Response, error) {
	return map[string]func() (*http.Response, error){
		"invitation link": func() (*http.Response, error) {
			_, response, err := api().GetInvitationLink(ctx, USER).Execute()
			return response, err
		},
		"users count": func() (*http.Response, error) {
			_, response, err := api().GetPortalUsersCount(ctx).Execute()
			return response, err
		},
		"user by id": func() (*http.Response, error) {
			_, response, err := api().GetUserById(ctx, expected.Owner).Execute()
			return response, err
		},
		"gift message": func() (*http.Response, error) {
			_, response, err := api().MarkGiftMessageAsRead(ctx).Execute()
			return response, err
		},
	}
}

func TestUsersCount(t *testing.T) {
	answer, _, err := api().GetPortalUsersCount(asKey("owner")).Execute()
	if err != nil || answer.GetResponse() != expected.UsersCount {
		t.Fatalf("%v, %v", answer, err)
	}
}

func TestInvitation(t *testing.T) {
	link := regexp.MustCompile(`/s/[\w-]{15}$`)
	for _, employeeType := range expected.EmployeeTypes {
		t.Run(string(employeeType), func(t *testing.T) {
			answer, _, err := api().GetInvitationLink(asKey("owner"), employeeType).Execute()
			if err != nil || !link.MatchString(answer.GetResponse()) {
				t.Errorf("%v, %v", answer, err)
			}
			answer, _, err = api().GetInvitationLink(asKey("guest"), employeeType).Execute()
			if err != nil || answer.GetResponse() != "" || !answer.HasResponse() {
				t.Errorf("a guest: %v, %v", answer, err)
			}
		})
	}
}

func TestUser(t *testing.T) {
	for _, user := range expected.Users {
		t.Run(user["email"].(string), func(t *testing.T) {
			answer, _, err := api().GetUserById(asKey("owner"), user["id"].(string)).Execute()
			if err != nil {
				t.Fatal(err)
			}
			checkMembers(t, reflect.ValueOf(answer.GetResponse()), user)
		})
	}
}

func TestGiftMessage(t *testing.T) {
	answer, _, err := api().MarkGiftMessageAsRead(asKey("owner")).Execute()
	if err != nil || answer.GetStatusCode() != 200 {
		t.Fatalf("%v, %v", answer, err)
	}
}

func TestCongratulationsWithoutCredentials(t *testing.T) {
	answer, _, err := congratulate(expected.Owner, expected.ConfirmationKey)
	if err != nil || answer.GetStatusCode() != 200 {
		t.Fatalf("%v, %v", answer, err)
	}
}

func TestRefused(t *testing.T) {
	type outcome struct {
		response *http.Response
		err      error
	}
	noKey, noKeyMessage := 403, "Access denied"
	if isServer() {
		noKey, noKeyMessage = 400, "Value cannot be null"
	}
	for name, refusal := range map[string]struct {
		call    func() outcome
		status  int
		message string
	}{
		"a guest counts users": {func() outcome {
			_, response, err := api().GetPortalUsersCount(asKey("guest")).Execute()
			return outcome{response, err}
		}, 403, "Access denied"},
		"a key that may only read": {func() outcome {
			_, response, err := api().MarkGiftMessageAsRead(asKey("readOnly")).Execute()
			return outcome{response, err}
		}, 403, ""},
		"nobody has the id": {func() outcome {
			_, response, err := api().GetUserById(asKey("owner"), expected.Nobody).Execute()
			return outcome{response, err}
		}, 404, "The user could not be found"},
		"an expired key": {func() outcome {
			_, response, err := congratulate(expected.Owner, expected.ExpiredConfirmationKey)
			return outcome{response, err}
		}, 403, "Access denied"},
		"no GUID": {func() outcome {
			_, response, err := congratulate("abc", "x")
			return outcome{response, err}
		}, 400, "One or more validation errors occurred."},
		"no key": {func() outcome {
			_, response, err := congratulate(expected.Owner, "")
			return outcome{response, err}
		}, noKey, noKeyMessage},
	} {
		t.Run(name, func(t *testing.T) {
			result := refusal.call()
			checkRefusal(t, result.response, result.err, refusal.status, refusal.message)
		})
	}
}

func congratulate(userid, key string) (*EmptyWrapper, *http.Response, error) {
	return api().SendCongratulations(context.Background()).Userid(userid).Key(key).Execute()
}

func checkRefusal(t *testing.T, response *http.Response, err error, status int, message string) {
	t.Helper()
	var refused *GenericOpenAPIError
	if !errors.As(err, &refused) {
		t.Fatalf("no error of the client's: %v", err)
	}
	if response.StatusCode != status {
		t.Errorf("status %d instead of %d", response.StatusCode, status)
	}
	body := string(refused.Body())
	if message == "" && body != "" || !strings.Contains(body, message) {
		t.Errorf("body %q", body)
	}
}

// checkMembers compares what a struct holds with JSON, and counts what it holds.
func checkMembers(t *testing.T, held reflect.Value, expected map[string]any) {
	t.Helper()
	members := map[string]any{}
	for i := range held.NumField() {
		name, _, _ := strings.Cut(held.Type().Field(i).Tag.Get("json"), ",")
		value := held.Field(i)
		if get := value.MethodByName("Get"); get.IsValid() { // a nullable one
			value = get.Call(nil)[0]
		}
		if name == "" || name == "-" || value.IsZero() && (value.Kind() == reflect.Pointer || value.Kind() == reflect.Slice) {
			continue
		}
		members[name] = plain(reflect.Indirect(value))
	}
	for name, value := range expected {
		if date, ok := members[name].(time.Time); ok {
			moment, err := time.Parse(time.RFC3339Nano, value.(string))
			if err != nil || !date.Equal(moment) {
				t.Errorf("%s: %v instead of %v", name, date, value)
			}
		} else if !reflect.DeepEqual(members[name], value) {
			t.Errorf("%s: %#v instead of %#v", name, members[name], value)
		}
	}
	if len(members) != len(expected) {
		t.Errorf("%d members instead of %d: %v", len(members), len(expected), members)
	}
}

// plain gives a member's value in the way in which encoding/json has it.
func plain(value reflect.Value) any {
	switch value.Kind() {
	case reflect.Int32, reflect.Int64, reflect.Int:
		return float64(value.Int())
	case reflect.String:
		return value.String()
	case reflect.Bool:
		return value.Bool()
	case reflect.Slice:
		items := []any{}
		for i := range value.Len() {
			items = append(items, plain(value.Index(i)))
		}
		return items
	default:
		return value.Interface()
	}
}
